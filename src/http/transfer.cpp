#include "http/transfer.hpp"

#include "http/time_limit.hpp"
#include "http/wire.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace imagegen {
namespace {

constexpr std::size_t kReadBytes = 16U << 10U;  // a TLS record; an answer that waits at its gate holds it

ResponseLimits limits_for(const HttpRequest& request, std::size_t max_header_bytes) {
  return {request.method == "HEAD", max_header_bytes, request.max_response_bytes, request.sink};
}

// For the end of a body of which nothing more is needed: it lets the connection be used again.
constexpr std::chrono::milliseconds kTailTime{1'000};

// Neither the caller nor the clock ended it: the peer or the network did.
bool is_loss(const boost::system::error_code& failed) {
  return failed && failed != boost::asio::error::operation_aborted && failed != boost::asio::error::timed_out;
}

}  // namespace

HttpTransfer::HttpTransfer(Connection& connection, const HttpRequest& request, TransferOptions options)
    : connection_(connection),
      request_(request),
      options_(std::move(options)),
      reader_(limits_for(request, options_.max_header_bytes)) {}

Delivery HttpTransfer::delivery() const noexcept {
  if (reader_.has_status()) return Delivery::answered;
  return untouched() ? Delivery::not_sent : Delivery::unknown;
}

Task<Result<HttpResponse>> HttpTransfer::run(std::string head) {
  const auto sent = co_await send_all(std::move(head));
  if (!sent && !found_dead_) co_return sent.error();
  // A server may answer and hang up before it has read everything: the answer says more than the broken line.
  const auto received = co_await receive_all();
  if (received) co_return reader_.take();
  co_return sent || reader_.has_status() ? received.error() : sent.error();
}

Task<Result<void>> HttpTransfer::send_all(std::string head) {
  const auto failed = co_await write_all(connection_, as_bytes(head), request_.body, options_.deadline.at, written_);
  tls_write_failed_ = failed && connection_.is_tls();
  all_sent_ = !failed;
  found_dead_ = is_loss(failed);
  if (failed) co_return io_error(at("sending"), failed, options_.deadline);
  co_return Result<void>();
}

Task<Result<void>> HttpTransfer::receive_all() {
  std::vector<std::uint8_t> buffer(kReadBytes);
  while (!reader_.done()) {
    const auto came = co_await connection_.read_some(buffer, read_limit());
    heard_ = heard_ || came.bytes > 0;
    found_dead_ = is_loss(came.error) && !heard_;
    if (came.error) co_return lost(came.error);
    const auto fed = reader_.feed(ByteView(buffer).first(came.bytes));
    if (!fed && !end_if_enough()) co_return in_context(in_context(fed.error(), "answer"), options_.host);
    if (reader_.is_complete() && !tail_ends_)
      tail_ends_ = within(std::min(kTailTime, options_.idle_timeout), options_.deadline);
    if (is_to_wait()) {
      gate_asked_ = true;
      co_await request_.gate->open();
    }
  }
  co_return Result<void>();
}

bool HttpTransfer::is_to_wait() const {
  return request_.gate != nullptr && !gate_asked_ && reader_.body_begun() && reader_.is_success() && !reader_.done();
}

// What came is worth more than the way in which it ended.
bool HttpTransfer::end_if_enough() {
  if (!reader_.can_end_here()) return false;
  reader_.end_here();
  return true;
}

Result<void> HttpTransfer::lost(const boost::system::error_code& failed) {
  if (end_if_enough()) return {};
  const auto place = at(reader_.has_status() ? "body" : "answer");
  if (!is_loss(failed) || !heard_) return io_error(place, failed, options_.deadline);
  // Without its close_notify a body without a length may be a part of it. Of an error that is enough.
  const bool is_cut_tls = failed == boost::asio::ssl::error::stream_truncated && !reader_.is_success();
  if ((failed == boost::asio::error::eof || is_cut_tls) && reader_.end_of_stream()) return {};
  Error error = http_error(Errc::bad_answer, place, "it was cut short");
  error.retry = Retry::later;
  return error;
}

// Before its first byte an answer may take as long as the deadline allows; inside the body a pause means trouble.
TimePoint HttpTransfer::read_limit() const {
  if (tail_ends_) return *tail_ends_;
  return reader_.body_begun() ? within(options_.idle_timeout, options_.deadline) : options_.deadline.at;
}

}  // namespace imagegen
