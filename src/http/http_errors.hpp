#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/error.hpp>

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

/// \file What the client's errors say: host and phase, never headers, bodies, targets or credentials.
namespace imagegen {

/// Where in a call something went wrong.
struct HttpPlace {
  std::string host;   ///< With the port where it is not the usual one.
  std::string phase;  ///< "name lookup", "connect", "proxy", "TLS", "sending", "answer", "body"
};

/// "host: phase: what"
Error http_error(Errc code, const HttpPlace& place, std::string_view what);

/// A failed socket operation: cancelled; deadline_exceeded when `deadline` has passed; otherwise unavailable with
/// Retry::later, which is where a phase's own time limit ends up too.
Error io_error(const HttpPlace& place, const boost::system::error_code& failed, Deadline deadline);

}  // namespace imagegen
