#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/engine/http_routes.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "workflow/operation_support.hpp"

// What a call says, as the request of the operation that its route belongs to.
namespace imagegen {

// An id of a path: the field that takes it, and the segment as it came.
struct PathId {
  std::string_view name, segment;
};

struct MatchedRoute {
  const RouteProfile& profile;
  const Operation& operation;
  const Route& route;
  std::vector<PathId> ids;
};

// What a path takes for a number: digits, at most 2^53 - 1, without leading zeros.
std::optional<std::int64_t> integer_id(std::string_view text);

// Ids first, then body and query with all that is wrong in them. Fields that the route does not name are refused.
std::variant<boost::json::object, OperationFailure> http_request(const MatchedRoute& match, const HttpCall& call);

}  // namespace imagegen
