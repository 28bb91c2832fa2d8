#pragma once
#include <imagegen/http/http_client.hpp>

#include "http/connection.hpp"
#include "http/http_errors.hpp"
#include "http/response_reader.hpp"

#include <optional>
#include <string>

/// \file One request and its answer on one open connection.
namespace imagegen {

struct TransferOptions {
  std::string host;  ///< For messages.
  Deadline deadline;
  std::chrono::milliseconds idle_timeout;
  std::size_t max_header_bytes;
};

class HttpTransfer {
 public:
  /// \param connection, request Borrowed; must outlive the transfer.
  HttpTransfer(Connection& connection, const HttpRequest& request, TransferOptions options);

  /// Called once. `head` is the request up to its body.
  Task<Result<HttpResponse>> run(std::string head);

  /// How far it came; true at any moment, also when run() was left by an exception.
  Delivery delivery() const noexcept;
  /// It failed because the connection went away, and not one byte of an answer had come.
  bool found_dead() const noexcept { return found_dead_; }
  /// Not one byte of the request was given to the system.
  bool untouched() const noexcept { return written_ == 0 && !tls_write_failed_; }
  bool can_reuse() const noexcept { return all_sent_ && reader_.can_reuse(); }

 private:
  Task<Result<void>> send_all(std::string head);
  Task<Result<void>> receive_all();
  bool end_if_enough();
  Result<void> lost(const boost::system::error_code& failed);
  TimePoint read_limit() const;
  bool is_to_wait() const;
  HttpPlace at(std::string phase) const { return {options_.host, std::move(phase)}; }

  Connection& connection_;
  const HttpRequest& request_;
  TransferOptions options_;
  ResponseReader reader_;
  std::size_t written_ = 0;
  bool tls_write_failed_ = false;  // of a failed TLS write nobody can say how much went out
  bool all_sent_ = false;
  bool heard_ = false;
  bool found_dead_ = false;
  bool gate_asked_ = false;
  std::optional<TimePoint> tail_ends_;  // once nothing more is needed
};

}  // namespace imagegen
