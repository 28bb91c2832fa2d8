#pragma once
#include <imagegen/http/http_client.hpp>

namespace imagegen {

/// Gets a URL that came out of a remote answer: http(s) only, no credentials in it, public addresses only (checked
/// after DNS and again on each redirect), at most 5 redirects, at most `max_bytes`. Odd characters are encoded, as
/// encode_url() does. Sends no headers of ours.
/// \return The body of the 2xx answer; Errc::bad_answer for another status, else as HttpClient::send().
Task<Result<Bytes>> download(HttpClient& http, std::string url, std::size_t max_bytes, Deadline deadline);

}  // namespace imagegen
