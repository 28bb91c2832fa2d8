#pragma once
#include <imagegen/http/http_client.hpp>

#include <functional>

namespace imagegen {

/// Whether a file that is answered with this status may be there a moment later: one that has just been made may not
/// have come to every place that is asked for it, and its signature neither.
bool may_come_later(int status) noexcept;

/// Gets a URL that came out of a remote answer: http(s) only, no credentials in it, public addresses only (checked
/// after DNS and again on each redirect) on ports of web servers, never from https back to http, at most 5 redirects, at most `max_bytes`. Odd characters are encoded, as
/// encode_url() does. Sends no headers of ours.
/// \return The body of the 2xx answer; Errc::bad_answer for another status, else as HttpClient::send(). `retry` is
///         later for a status that may pass, such as 404: a file that was just made may not be everywhere yet.
/// \param is_whole Whether a file that breaks off here is whole all the same: then it is taken, however its connection
///        ended. Asked after each piece. Empty: what breaks off is an error.
Task<Result<Bytes>> download(HttpClient& http, std::string url, std::size_t max_bytes, Deadline deadline,
                             std::function<bool(ByteView file)> is_whole = {});

}  // namespace imagegen
