#pragma once
#include <imagegen/storage/object_store.hpp>

#include <string>
#include <utility>

namespace imagegen {

// Takes the place of a store whose keys are missing, for who may not need it: every call gives the error that says so.
class KeylessStore final : public ObjectStore {
 public:
  KeylessStore(std::string name, Error missing) : name_(std::move(name)), missing_(std::move(missing)) {}

  StoreCapability capability() const override {
    StoreCapability capability;
    capability.name = name_;
    return capability;
  }
  Task<Result<ObjectInfo>> put(ObjectKey, ByteView, PutOptions) override { co_return missing_; }
  Task<Result<Bytes>> get(ObjectKey, std::size_t) override { co_return missing_; }
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey) override { co_return missing_; }
  Task<Result<void>> remove(ObjectKey) override { co_return missing_; }
  Task<Result<std::vector<ObjectInfo>>> list(std::string, std::size_t, std::string) override { co_return missing_; }
  std::string url(const ObjectKey&) const override { return {}; }

 private:
  std::string name_;
  Error missing_;
};

}  // namespace imagegen
