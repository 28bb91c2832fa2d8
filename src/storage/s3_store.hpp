#pragma once
#include <imagegen/storage/stores.hpp>

#include "storage/s3_answers.hpp"
#include "storage/s3_service.hpp"

#include <string>

namespace imagegen::detail {

/// See make_s3_store().
class S3Store final : public ObjectStore {
 public:
  S3Store(S3Service service, std::string prefix, std::string base_url)
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
  Task<Result<std::optional<ObjectInfo>>> confirm_missing(const ObjectKey& key);
  Task<Result<std::uint64_t>> asked_size(const S3Call& head);
  Task<Result<ObjectInfo>> settle_taken(const S3Call& put, ObjectInfo ours, const S3Outcome& refused);
  Task<Result<S3ListPage>> list_page(const std::string& prefix, std::size_t keys, QueryParameter from);

  S3Service service_;
  std::string prefix_;  // empty, or with a slash at its end
  std::string base_url_;
  bool reached_ = false;  // an answer has shown that bucket and credentials are good
};

/// Of an answer to HEAD, which has nothing else to tell the size. Errc::bad_answer without it.
Result<std::uint64_t> content_length(const HttpResponse& response);

/// The digest of no bytes, for requests without a body.
const std::string& empty_sha256();

}  // namespace imagegen::detail
