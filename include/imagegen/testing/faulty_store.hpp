#pragma once
#include <imagegen/storage/object_store.hpp>

#include <functional>
#include <string>
#include <vector>

namespace imagegen {

/// A store in front of another, which it lets fail as told, and whose writes it remembers. For one thread at a time.
class FaultyStore final : public ObjectStore {
 public:
  /// \param inner Must outlive this.
  explicit FaultyStore(ObjectStore& inner) : inner_(inner) {}

  /// Asked before every call with its name ("put", "get", "head", "remove", "list") and key; an Error is what it
  /// answers.
  std::function<std::optional<Error>(std::string_view call, std::string_view key)> fault;
  /// Asked before every put, after `fault`, for tests that race with it.
  std::function<Task<void>(const ObjectKey& key)> before_put;
  std::vector<std::string> puts;  ///< Keys that were written, in order.

  StoreCapability capability() const override { return inner_.capability(); }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override;
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override;
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override;
  Task<Result<void>> remove(ObjectKey key) override;
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override;
  std::string url(const ObjectKey& key) const override { return inner_.url(key); }

 private:
  std::optional<Error> fault_for(std::string_view call, std::string_view key) const;
  ObjectStore& inner_;
};

}  // namespace imagegen
