#include "storage/s3_store.hpp"

#include <imagegen/core/digest.hpp>

#include "storage/object_headers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace imagegen {
namespace detail {
namespace {

constexpr std::size_t kMaxErrorBytes = 64U << 10U;

constexpr std::size_t kMaxSizedBytes = 256U << 20U;  // of an object that comes whole when its first byte is asked for

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = failed == std::errc() && stop == text.data() + text.size() && !text.empty();
  return is_number ? std::optional(number) : std::nullopt;
}

// Not the bucket, and not the account. Some servers say nothing more than 404.
bool is_missing_object(const S3Failure& failure) {
  return failure.status == 404 && (failure.code.empty() || failure.code == "NoSuchKey");
}

}  // namespace

const std::string& empty_sha256() {
  static const std::string digest = to_hex(sha256(std::string_view()));
  return digest;
}

Result<std::uint64_t> content_length(const HttpResponse& response) {
  if (const auto size = number_of(response.headers.get("content-length"))) return *size;
  return Error{Errc::bad_answer, "expected a Content-Length"};
}

S3Call S3Store::new_call(std::string_view word, std::string method, const ObjectKey& key) const {
  S3Call call;
  call.what = std::string(word) + " " + key.str();
  call.method = std::move(method);
  call.key = prefix_ + key.str();
  call.body_sha256 = empty_sha256();
  return call;
}

Task<Result<Bytes>> S3Store::get(ObjectKey key, std::size_t max_bytes) {
  auto call = new_call("get", "GET", key);
  // An error document may be longer than the object that was asked for.
  call.max_response_bytes = std::max(max_bytes, kMaxErrorBytes);
  auto outcome = co_await service_.send(call);
  auto* response = outcome.response();
  if (response == nullptr) co_return outcome.failure().error;
  if (response->body.size() > max_bytes) {
    co_return Error{Errc::limit_exceeded, "S3 " + call.what + ": expected at most " + std::to_string(max_bytes) +
                                              " bytes, the object has " + std::to_string(response->body.size())};
  }
  const auto expected = response->headers.get(kSha256Header);
  if (!expected.empty() && expected != to_hex(sha256(response->body))) {
    co_return Error{Errc::corrupt_data,
                    "S3 " + call.what + ": the content does not have the SHA-256 it was stored with"};
  }
  co_return std::move(response->body);
}

Task<Result<std::optional<ObjectInfo>>> S3Store::head(ObjectKey key) {
  const auto call = new_call("head", "HEAD", key);
  const auto outcome = co_await service_.send(call);
  const auto* response = outcome.response();
  if (response == nullptr) {
    if (outcome.failure().status == 404) co_return co_await confirm_missing(key);
    co_return outcome.failure().error;
  }
  reached_ = true;
  auto size = content_length(*response);
  if (!size) size = co_await asked_size(call);
  if (!size) co_return in_context(size.error(), "S3 " + call.what);
  ObjectInfo info{key.str(), *size, bare_etag(response->headers.get("etag")),
                  std::string(response->headers.get("content-type"))};
  co_return std::optional<ObjectInfo>(std::move(info));
}

// Proxies and some servers leave the length out of an answer that has no body. That of a GET for the first byte tells
// it in Content-Range, or by its own length where it is the whole object.
Task<Result<std::uint64_t>> S3Store::asked_size(const S3Call& head) {
  auto call = head;
  call.method = "GET";
  call.headers.push_back({"range", "bytes=0-0"});
  call.max_response_bytes = kMaxSizedBytes;
  const auto outcome = co_await service_.send(call);
  const auto* response = outcome.response();
  if (response == nullptr) {
    if (outcome.failure().status == 416) co_return std::uint64_t{0};  // there is no first byte
    co_return outcome.failure().error;
  }
  const auto range = response->headers.get("content-range");
  const auto slash = range.find('/');
  if (response->status != 206 || slash == std::string_view::npos) co_return std::uint64_t{response->body.size()};
  const auto total = number_of(range.substr(slash + 1));
  if (!total) co_return Error{Errc::bad_answer, "expected a Content-Length, or the size in Content-Range"};
  co_return *total;
}

// A missing bucket, and on some servers a wrong access key, answer HEAD as a missing object does, because there is no
// body to say more. A GET says it. Asked once in a store's life: "there is nothing" is what makes callers buy pictures,
// and a bucket that does not exist must be found before, not after.
Task<Result<std::optional<ObjectInfo>>> S3Store::confirm_missing(const ObjectKey& key) {
  if (reached_) co_return std::optional<ObjectInfo>();
  auto call = new_call("head", "GET", key);
  call.headers.push_back({"range", "bytes=0-0"});  // should there be an object by now
  const auto outcome = co_await service_.send(call);
  const bool is_other = outcome.response() == nullptr && !is_missing_object(outcome.failure()) &&
                        outcome.failure().error.code != Errc::limit_exceeded;
  if (is_other) co_return outcome.failure().error;
  reached_ = true;
  co_return std::optional<ObjectInfo>();
}

Task<Result<void>> S3Store::remove(ObjectKey key) {
  const auto call = new_call("remove", "DELETE", key);
  const auto outcome = co_await service_.send(call);
  if (outcome.response() != nullptr || is_missing_object(outcome.failure())) co_return Result<void>{};
  co_return outcome.failure().error;
}

std::string S3Store::url(const ObjectKey& key) const {
  return base_url_.empty() ? service_.endpoint().object_url(prefix_ + key.str()) : url_below(base_url_, key.str());
}

}  // namespace detail

Result<std::unique_ptr<ObjectStore>> make_s3_store(S3Options options, HttpClient& http, Clock& clock) {
  auto endpoint = detail::S3Endpoint::from(options);
  if (!endpoint) return endpoint.error();
  detail::S3Service service(std::move(*endpoint), options.max_attempts, options.call_timeout, http, clock);
  return std::make_unique<detail::S3Store>(std::move(service), std::move(options.prefix),
                                           std::move(options.public_base_url));
}

}  // namespace imagegen
