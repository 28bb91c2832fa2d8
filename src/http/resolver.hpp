#pragma once
#include <imagegen/core/task.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace imagegen {

struct Resolved {
  std::vector<boost::asio::ip::address> addresses;  ///< In the order to try them; not empty without an error.
  /// asio's `timed_out` when the limit came first, `operation_aborted` when the call was cancelled.
  boost::system::error_code error;
};

/// Names to addresses. An interface, so that tests can let DNS lie.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual Task<Resolved> resolve(std::string host, std::chrono::steady_clock::time_point limit) = 0;
};

/// The system's own. Addresses are given back as they are, without a look-up. A look-up that was given up goes on in
/// the background, because getaddrinfo() cannot be stopped.
std::unique_ptr<Resolver> make_system_resolver();

}  // namespace imagegen
