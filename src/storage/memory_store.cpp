#include <imagegen/core/digest.hpp>
#include <imagegen/storage/stores.hpp>

#include "storage/object_headers.hpp"

#include <map>
#include <mutex>

namespace imagegen {
namespace {

struct StoredObject {
  Bytes bytes;
  std::string etag;
  std::string content_type;
};

class MemoryStore final : public ObjectStore {
 public:
  StoreCapability capability() const override { return {"memory", /*keeps_content_type=*/true, /*durable=*/false}; }

  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    if (auto good = detail::check_put_options(options); !good) co_return good.error();
    StoredObject object{{data.begin(), data.end()}, to_hex(sha256(data)), std::move(options.content_type)};
    const std::lock_guard lock(mutex_);
    if (options.only_if_absent && objects_.contains(key.str())) {
      co_return Error{Errc::already_exists, "put " + key.str() + ": the key is taken"};
    }
    auto& stored = objects_[key.str()] = std::move(object);
    co_return info_of(key.str(), stored);
  }

  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key.str());
    if (found == objects_.end()) co_return Error{Errc::not_found, "get " + key.str() + ": no such object"};
    const auto& bytes = found->second.bytes;
    if (bytes.size() > max_bytes) {
      co_return Error{Errc::limit_exceeded, "get " + key.str() + ": expected at most " + std::to_string(max_bytes) +
                                                " bytes, the object has " + std::to_string(bytes.size())};
    }
    co_return bytes;
  }

  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key.str());
    if (found == objects_.end()) co_return std::optional<ObjectInfo>{};
    co_return std::optional<ObjectInfo>(info_of(found->first, found->second));
  }

  Task<Result<void>> remove(ObjectKey key) override {
    const std::lock_guard lock(mutex_);
    objects_.erase(key.str());
    co_return Result<void>{};
  }

  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    std::vector<ObjectInfo> out;
    const std::lock_guard lock(mutex_);
    auto next = after < prefix ? objects_.lower_bound(prefix) : objects_.upper_bound(after);
    for (; next != objects_.end() && out.size() < limit && next->first.starts_with(prefix); ++next) {
      out.push_back(info_of(next->first, next->second));
    }
    co_return out;
  }

  std::string url(const ObjectKey& key) const override {
    return "memory:" + detail::percent_encode(key.str(), /*keep_slashes=*/true);
  }

 private:
  static ObjectInfo info_of(const std::string& key, const StoredObject& object) {
    return {key, object.bytes.size(), object.etag, object.content_type};
  }

  std::mutex mutex_;
  std::map<std::string, StoredObject> objects_;  // std::string compares bytes as unsigned, which is the listing's order
};

}  // namespace

std::unique_ptr<ObjectStore> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace imagegen
