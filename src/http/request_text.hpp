#pragma once
#include <imagegen/http/http_message.hpp>

#include <string>
#include <string_view>

/// \file A request as it goes over the wire.
namespace imagegen {

/// Refuses what would let a value break out of its line, and headers that are the client's to send. The message names
/// the header and never its value.
Result<void> check_request(const HttpRequest& request);

/// Whether sending it twice has the effect of sending it once. A precondition makes even a PUT different: the second
/// one would meet what the first one did.
bool is_repeatable(const HttpRequest& request);

/// Request line and headers, with the empty line; `target` is what the line asks for. The request has been checked.
std::string request_head(const HttpRequest& request, std::string_view target, std::string_view user_agent);

/// The head of the request that asks a proxy for a tunnel to "host:port".
std::string connect_head(std::string_view host_and_port, std::string_view user_agent);

}  // namespace imagegen
