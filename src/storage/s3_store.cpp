#include <imagegen/core/digest.hpp>
#include <imagegen/storage/stores.hpp>

#include "storage/object_headers.hpp"
#include "storage/s3_answers.hpp"
#include "storage/s3_service.hpp"

#include <algorithm>
#include <charconv>
#include <random>

namespace imagegen {
namespace {

using detail::S3Call;
using detail::S3Outcome;

constexpr std::size_t kMaxKeyBytes = 1024;  // S3's limit, and ObjectKey's
constexpr std::size_t kMaxPageKeys = 1000;  // S3's limit
constexpr int kMaxEmptyPages = 100;         // allowed by S3, but a server must not keep us for ever
constexpr std::size_t kMaxErrorBytes = 64U << 10U;
constexpr std::size_t kMaxListBytes = 8U << 20U;  // a page of the longest keys, each byte written as a reference

// 128 random bits: names one call of put() among all that were ever made for a key.
std::string new_put_id() {
  std::random_device device;
  Bytes id(16);
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(device()); });
  return to_hex(id);
}

Result<std::uint64_t> content_length(const HttpResponse& response) {
  const auto text = response.headers.get("content-length");
  std::uint64_t size = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (failed != std::errc() || stop != text.data() + text.size()) {
    return Error{Errc::bad_answer, "expected a Content-Length"};
  }
  return size;
}

class S3Store final : public ObjectStore {
 public:
  S3Store(detail::S3Service service, std::string prefix, std::string base_url)
      : service_(std::move(service)), prefix_(prefix.empty() ? prefix : prefix + "/"), base_url_(std::move(base_url)) {}

  StoreCapability capability() const override { return {"s3", /*keeps_content_type=*/true, /*durable=*/true}; }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override;
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override;
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override;
  Task<Result<void>> remove(ObjectKey key) override;
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override;
  std::string url(const ObjectKey& key) const override;

 private:
  S3Call new_call(std::string_view word, std::string method, const ObjectKey& key) const;
  S3Call put_call(const ObjectKey& key, ByteView data, const PutOptions& options) const;
  Task<Result<ObjectInfo>> settle_taken(const S3Call& put, ObjectInfo ours, const S3Outcome& refused);
  Task<Result<detail::S3ListPage>> list_page(const std::string& prefix, std::size_t keys, detail::QueryParameter from);

  detail::S3Service service_;
  std::string prefix_;  // empty, or with a slash at its end
  std::string base_url_;
};

S3Call S3Store::new_call(std::string_view word, std::string method, const ObjectKey& key) const {
  S3Call call;
  call.what = std::string(word) + " " + key.str();
  call.method = std::move(method);
  call.key = prefix_ + key.str();
  call.body_sha256 = to_hex(sha256(std::string_view()));
  return call;
}

// No x-amz-checksum-* headers and no trailers: R2 and MinIO before 2025 refuse or mistake what newer SDKs send by
// default. The signed x-amz-content-sha256 makes every server check the same bytes.
S3Call S3Store::put_call(const ObjectKey& key, ByteView data, const PutOptions& options) const {
  auto call = new_call("put", "PUT", key);
  call.body = data;
  call.body_sha256 = to_hex(sha256(data));
  call.headers.push_back({std::string(detail::kSha256Header), call.body_sha256});
  if (!options.content_type.empty()) call.headers.push_back({"content-type", options.content_type});
  if (!options.cache_control.empty()) call.headers.push_back({"cache-control", options.cache_control});
  if (options.only_if_absent) {
    call.headers.push_back({"if-none-match", "*"});
    call.headers.push_back({std::string(detail::kPutIdHeader), new_put_id()});
  }
  return call;
}

Task<Result<ObjectInfo>> S3Store::put(ObjectKey key, ByteView data, PutOptions options) {
  if (auto good = detail::check_put_options(options); !good) co_return good.error();
  if (prefix_.size() + key.str().size() > kMaxKeyBytes) {
    co_return Error{Errc::limit_exceeded, "put " + key.str() + ": prefix and key are longer than 1024 bytes together"};
  }
  const auto call = put_call(key, data, options);
  ObjectInfo info{key.str(), data.size(), {}, options.content_type};
  const auto outcome = co_await service_.send(call);
  if (const auto* response = outcome.response()) {
    info.etag = detail::bare_etag(response->headers.get("etag"));
    co_return info;
  }
  if (options.only_if_absent && outcome.failure().status == 412) {
    co_return co_await settle_taken(call, std::move(info), outcome);
  }
  co_return outcome.failure().error;
}

// The key is taken, perhaps by this very put: its answer may have been lost, here or inside the HTTP client, which
// repeats a PUT when a kept-alive connection was dead. The put's own id tells, and no other writer can have it.
Task<Result<ObjectInfo>> S3Store::settle_taken(const S3Call& put, ObjectInfo ours, const S3Outcome& refused) {
  auto head = put;
  head.method = "HEAD";
  head.headers.clear();
  head.body = {};
  head.body_sha256 = to_hex(sha256(std::string_view()));
  const auto outcome = co_await service_.send(head);
  const auto* found = outcome.response();
  if (found == nullptr) {
    // Who may write but not read learns from the 412 alone, unless an earlier try could have been the writer.
    if (!refused.may_have_arrived) co_return refused.failure().error;
    co_return in_context(outcome.failure().error, "whether a put with a lost answer was the one that took the key");
  }
  const auto sent = [&](std::string_view name) {
    return std::find_if(put.headers.begin(), put.headers.end(), [&](const auto& h) { return h.name == name; })->value;
  };
  const auto size = content_length(*found);
  const bool is_ours = found->headers.get(detail::kPutIdHeader) == sent(detail::kPutIdHeader) &&
                       found->headers.get(detail::kSha256Header) == put.body_sha256 && size && *size == ours.size_bytes;
  if (!is_ours) co_return refused.failure().error;
  ours.etag = detail::bare_etag(found->headers.get("etag"));
  co_return ours;
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
  const auto expected = response->headers.get(detail::kSha256Header);
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
    // A missing bucket looks the same, because the answer has no body; the first put will say so.
    if (outcome.failure().status == 404) co_return std::optional<ObjectInfo>();
    co_return outcome.failure().error;
  }
  const auto size = content_length(*response);
  if (!size) co_return in_context(size.error(), "S3 " + call.what);
  ObjectInfo info{key.str(), *size, detail::bare_etag(response->headers.get("etag")),
                  std::string(response->headers.get("content-type"))};
  co_return std::optional<ObjectInfo>(std::move(info));
}

Task<Result<void>> S3Store::remove(ObjectKey key) {
  const auto call = new_call("remove", "DELETE", key);
  const auto outcome = co_await service_.send(call);
  if (outcome.response() != nullptr || outcome.failure().code == "NoSuchKey") co_return Result<void>{};
  co_return outcome.failure().error;
}

Task<Result<detail::S3ListPage>> S3Store::list_page(const std::string& prefix, std::size_t keys,
                                                    detail::QueryParameter from) {
  S3Call call;
  call.what = "list " + prefix;
  call.method = "GET";
  call.query = {{"list-type", "2"}, {"max-keys", std::to_string(std::min(keys, kMaxPageKeys))}, {"prefix", prefix}};
  if (!from.value.empty()) call.query.push_back(std::move(from));
  call.body_sha256 = to_hex(sha256(std::string_view()));
  call.max_response_bytes = kMaxListBytes;
  const auto outcome = co_await service_.send(call);
  const auto* response = outcome.response();
  if (response == nullptr) co_return outcome.failure().error;
  auto page = detail::parse_s3_list(as_text(response->body));
  if (!page) co_return in_context(page.error(), "S3");
  co_return page;
}

Task<Result<std::vector<ObjectInfo>>> S3Store::list(std::string prefix, std::size_t limit, std::string after) {
  std::vector<ObjectInfo> out;
  const auto full_prefix = prefix_ + prefix;
  // Also what proves progress: a server that ignores the position would otherwise be asked for ever.
  std::string last = after.empty() ? std::string() : prefix_ + after;
  detail::QueryParameter from{"start-after", last};
  int empty_pages = 0;
  while (out.size() < limit) {
    auto page = co_await list_page(full_prefix, limit - out.size(), from);
    if (!page) co_return page.error();
    for (auto& object : page->objects) {
      if (object.key <= last || !object.key.starts_with(full_prefix)) {
        co_return Error{Errc::bad_answer, "S3 list: the server's keys are out of order or outside of the prefix"};
      }
      last = object.key;
      object.key.erase(0, prefix_.size());
      // Folder marks ("a/") and other people's odd names are no keys here.
      if (out.size() < limit && ObjectKey::parse(object.key)) out.push_back(std::move(object));
    }
    if (page->continuation_token.empty()) break;
    empty_pages += page->objects.empty() ? 1 : 0;
    if (empty_pages > kMaxEmptyPages) co_return Error{Errc::bad_answer, "S3 list: too many empty pages"};
    from = {"continuation-token", std::move(page->continuation_token)};
  }
  co_return out;
}

std::string S3Store::url(const ObjectKey& key) const {
  return base_url_.empty() ? service_.endpoint().object_url(prefix_ + key.str())
                           : detail::url_below(base_url_, key.str());
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> make_s3_store(S3Options options, HttpClient& http, Clock& clock) {
  auto endpoint = detail::S3Endpoint::from(options);
  if (!endpoint) return endpoint.error();
  detail::S3Service service(std::move(*endpoint), options.max_attempts, options.call_timeout, http, clock);
  return std::make_unique<S3Store>(std::move(service), std::move(options.prefix), std::move(options.public_base_url));
}

}  // namespace imagegen
