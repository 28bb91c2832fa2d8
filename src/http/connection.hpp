#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>

namespace imagegen {

class TlsContext;
using TimePoint = std::chrono::steady_clock::time_point;

struct IoOutcome {
  std::size_t bytes = 0;
  /// asio's `timed_out` when `limit` came first, `operation_aborted` when the call was cancelled, `eof` at an orderly
  /// end.
  boost::system::error_code error;
};

/// One TCP connection, with or without TLS. Everything runs on its executor; after an error it can only be destroyed.
class Connection {
 public:
  explicit Connection(const boost::asio::any_io_executor& executor);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<boost::system::error_code> connect(const boost::asio::ip::tcp::endpoint& peer, TimePoint limit);
  /// Shakes hands and verifies that the peer is `host`.
  Task<boost::system::error_code> start_tls(const TlsContext& context, const std::string& host, TimePoint limit);
  /// Why start_tls() failed, in words: "certificate has expired". Empty when the certificate was not the reason.
  std::string certificate_problem() const;

  Task<IoOutcome> read_some(std::span<std::uint8_t> into, TimePoint limit);
  /// Writes as much as goes at once of `first`, then `second`; not both empty.
  Task<IoOutcome> write_some(ByteView first, ByteView second, TimePoint limit);

  /// Looks, without waiting, whether the peer has neither closed nor sent anything: fit for another request.
  bool is_quiet();
  bool is_tls() const noexcept;
  boost::asio::any_io_executor executor() const;

 private:
  struct Streams;
  std::unique_ptr<Streams> streams_;
};

}  // namespace imagegen
