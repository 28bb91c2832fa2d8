#include <imagegen/core/digest.hpp>

#include "storage/object_headers.hpp"
#include "storage/s3_store.hpp"

#include <algorithm>
#include <random>

namespace imagegen::detail {
namespace {

constexpr std::size_t kMaxS3KeyBytes = 1024;  // S3's limit, and ObjectKey's

// 128 random bits: names one call of put() among all that were ever made for a key.
std::string new_put_id() {
  std::random_device device;
  Bytes id(16);
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(device()); });
  return to_hex(id);
}

}  // namespace

// No x-amz-checksum-* headers and no trailers: R2 and MinIO before 2025 refuse or mistake what newer SDKs send by
// default. The signed x-amz-content-sha256 makes every server check the same bytes.
S3Call S3Store::put_call(const ObjectKey& key, ByteView data, const PutOptions& options) const {
  auto call = new_call("put", "PUT", key);
  call.body = data;
  call.body_sha256 = to_hex(sha256(data));
  call.headers.push_back({std::string(kSha256Header), call.body_sha256});
  if (!options.content_type.empty()) call.headers.push_back({"content-type", options.content_type});
  if (!options.cache_control.empty()) call.headers.push_back({"cache-control", options.cache_control});
  if (options.only_if_absent) {
    call.headers.push_back({"if-none-match", "*"});
    call.headers.push_back({std::string(kPutIdHeader), new_put_id()});
  }
  return call;
}

Task<Result<ObjectInfo>> S3Store::put(ObjectKey key, ByteView data, PutOptions options) {
  if (auto good = check_put_options(options); !good) co_return good.error();
  if (prefix_.size() + key.str().size() > kMaxS3KeyBytes) {
    co_return Error{Errc::limit_exceeded, "put " + key.str() + ": prefix and key are longer than 1024 bytes together"};
  }
  const auto call = put_call(key, data, options);
  ObjectInfo info{key.str(), data.size(), {}, options.content_type};
  const auto outcome = co_await service_.send(call);
  if (const auto* response = outcome.response()) {
    reached_ = true;
    info.etag = bare_etag(response->headers.get("etag"));
    co_return info;
  }
  if (options.only_if_absent && outcome.failure().status == 412) {
    co_return co_await settle_taken(call, std::move(info), outcome);
  }
  co_return outcome.failure().error;
}

// The key is taken, perhaps by this very put, whose answer may have been lost on an earlier try or between the server
// and a proxy. The put's own id tells, and no other writer can have it.
Task<Result<ObjectInfo>> S3Store::settle_taken(const S3Call& put, ObjectInfo ours, const S3Outcome& refused) {
  auto head = put;
  head.method = "HEAD";
  head.headers.clear();
  head.body = {};
  head.body_sha256 = empty_sha256();
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
  const bool is_ours = found->headers.get(kPutIdHeader) == sent(kPutIdHeader) &&
                       found->headers.get(kSha256Header) == put.body_sha256 && (!size || *size == ours.size_bytes);
  if (!is_ours) co_return refused.failure().error;
  ours.etag = bare_etag(found->headers.get("etag"));
  co_return ours;
}

}  // namespace imagegen::detail
