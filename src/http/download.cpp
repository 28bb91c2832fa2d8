#include <imagegen/maker/http/download.hpp>

#include <imagegen/maker/http/retry_after.hpp>

#include <algorithm>
#include <iterator>
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
  if (may_come_later(response.status)) error.retry = Retry::later;
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

// Holds a file that may break off behind its last byte.
class FileSink final : public BodySink {
 public:
  explicit FileSink(std::function<bool(ByteView)> is_whole) : is_whole_(std::move(is_whole)) {}
  Result<void> on_data(ByteView data) override {
    file.insert(file.end(), data.begin(), data.end());
    return {};
  }
  BodyState state() const override { return is_whole_ && is_whole_(file) ? BodyState::enough : BodyState::under_way; }

  Bytes file;

 private:
  std::function<bool(ByteView)> is_whole_;
};

}  // namespace

bool may_come_later(int status) noexcept {
  constexpr int kPassing[] = {403, 404, 408, 409, 425, 429};
  return std::ranges::find(kPassing, status) != std::end(kPassing) || status >= 500;
}

Task<Result<Bytes>> download(HttpClient& http, std::string url, std::size_t max_bytes, Deadline deadline,
                             std::function<bool(ByteView file)> is_whole) {
  auto next = parse_url(encode_url(url));
  if (!next) co_return next.error();
  bool encrypted = false;
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    FileSink sink(is_whole);
    HttpRequest request;
    request.url = *next;
    request.sink = &sink;
    request.max_response_bytes = max_bytes;
    request.public_addresses_only = true;
    request.encrypted_only = std::exchange(encrypted, encrypted || next->is_tls());
    auto response = co_await http.send(std::move(request), deadline);
    if (!response) co_return response.error();
    if (response->status / 100 == 2) co_return std::move(sink.file);
    if (!is_redirect(response->status)) co_return status_error(*next, *response);
    next = follow(*next, *response);
    if (!next) co_return next.error();
  }
  co_return answered({Errc::bad_answer, "download from " + next->authority() + ": more than " +
                                            std::to_string(kMaxRedirects) + " redirects"});
}

}  // namespace imagegen
