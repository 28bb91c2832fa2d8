#include <imagegen/http/download.hpp>

#include <imagegen/http/retry_after.hpp>

#include <utility>

namespace imagegen {
namespace {

constexpr int kMaxRedirects = 5;

Error answered(Error error) {
  error.delivery = Delivery::answered;
  return error;
}

Error status_error(const Url& url, const HttpResponse& response) {
  Error error{Errc::bad_answer,
              "download from " + url.authority() + ": expected status 2xx, got " + std::to_string(response.status)};
  if (response.status == 408 || response.status == 429 || response.status >= 500) error.retry = Retry::later;
  note_retry_after(error, response.headers, system_clock().wall_now());
  return answered(std::move(error));
}

Result<Url> follow(const Url& from, const HttpResponse& response) {
  const auto to = resolve_url(from, encode_url(response.headers.get("Location")));
  if (to && response.headers.has("Location")) return *to;
  return answered({Errc::bad_answer, "download from " + from.authority() +
                                         ": redirected to something that is not an "
                                         "http(s) URL"});
}

}  // namespace

Task<Result<Bytes>> download(HttpClient& http, std::string url, std::size_t max_bytes, Deadline deadline) {
  auto next = parse_url(encode_url(url));
  if (!next) co_return next.error();
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    HttpRequest request;
    request.url = *next;
    request.max_response_bytes = max_bytes;
    request.public_addresses_only = true;
    auto response = co_await http.send(std::move(request), deadline);
    if (!response) co_return response.error();
    if (response->status / 100 == 2) co_return std::move(response->body);
    if (!is_redirect(response->status)) co_return status_error(*next, *response);
    next = follow(*next, *response);
    if (!next) co_return next.error();
  }
  co_return answered({Errc::bad_answer, "download from " + next->authority() + ": more than " +
                                            std::to_string(kMaxRedirects) + " redirects"});
}

}  // namespace imagegen
