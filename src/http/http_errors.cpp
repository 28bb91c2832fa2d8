#include "http/http_errors.hpp"

#include <boost/asio/error.hpp>

namespace imagegen {

Error http_error(Errc code, const HttpPlace& place, std::string_view what) {
  return in_context(in_context(Error{code, std::string(what)}, place.phase), place.host);
}

Error io_error(const HttpPlace& place, const boost::system::error_code& failed, Deadline deadline) {
  if (failed == boost::asio::error::operation_aborted) return http_error(Errc::cancelled, place, "cancelled");
  const bool timed_out = failed == boost::asio::error::timed_out;
  if (timed_out && std::chrono::steady_clock::now() >= deadline.at) {
    return http_error(Errc::deadline_exceeded, place, "the deadline has passed");
  }
  const bool closed = failed == boost::asio::error::eof;
  Error error = http_error(Errc::unavailable, place,
                           timed_out ? "nothing came in time"
                           : closed  ? "the connection was closed"
                                     : failed.message());
  error.retry = Retry::later;
  return error;
}

}  // namespace imagegen
