#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "support/fake_service.hpp"

/// \file Every way in which the answer of any service is known to go wrong, one function each: contracts/conformance.md,
/// section 0, G3 to G6 and G9. What only one service says stands with that service.
namespace imagegen::test::faults {

/// Refused before any work.
Fault refused(std::string name, Reply reply);
/// Work may have been done, and the answer is made of the good one.
Fault worked(std::string name, std::function<Reply(const Answering&)> spoil);
/// The good answer, changed.
Fault reshaped(std::string name, std::function<void(Reply&)> change);

/// A web page of a proxy, with this status.
Reply page(int status);

// The service is away, or has too much to do.
Fault too_large();
Fault bad_gateway();
Fault gateway_timeout();
Fault redirect(std::string location);
/// Every form in which a service says when to come back: seconds, none, 0, milliseconds, a date.
std::vector<HeaderList> forms_of_retry_after();

// A 200 that cannot be read.
Fault html();
Fault empty_body();
Fault json_array();
Fault truncated_json();
Fault gzip();

// A 200 that is odd, and still to be read.
Fault byte_order_mark();
Fault chunked();
Fault wrong_content_type();

// The connection.
Fault reset_after_request();
Fault closed_after_request();
Fault cut_short();
Fault reset_in_body();
Fault stall_in_body();
Fault silence();
Fault delay(std::chrono::milliseconds time);
Fault drip(std::chrono::milliseconds pause);

}  // namespace imagegen::test::faults
