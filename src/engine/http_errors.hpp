#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/engine/http_routes.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

// How failures are told to clients.
namespace imagegen {

// One of the dispatcher itself: status, code and one sentence.
OperationFailure http_refusal(int status, std::string_view code, std::string message);

// An incident where the status is 500 or above, whose cause the client is not told.
HttpAnswer http_error(ErrorDialect dialect, const OperationFailure& failure, std::string_view target, Timestamp now);

// So it is with a result of which parts failed: the messages in its `failed` become sentences, and what they were is an
// incident. Nothing where no part failed. \param status What is answered.
std::optional<HttpIncident> hide_causes(boost::json::object& result, int status, Timestamp now);

}  // namespace imagegen
