#pragma once
#include <imagegen/provider/image_provider.hpp>

#include <memory>
#include <string>
#include <utility>

namespace imagegen {

// A provider whose key is missing, for who may only want to know what it can do: every call gives the error that says
// so.
class KeylessProvider final : public ImageProvider {
 public:
  KeylessProvider(std::unique_ptr<ImageProvider> described, Error missing)
      : described_(std::move(described)), missing_(std::move(missing)) {}

  const ProviderCapability& capability() const override { return described_->capability(); }
  Task<Result<Submission>> submit(ImageRequest, CallContext) override { co_return missing_; }
  Task<Result<bool>> wait(RemoteTask, CallContext) override { co_return missing_; }
  Task<Result<GeneratedImages>> resume(RemoteTask, CallContext) override { co_return missing_; }
  Task<Result<void>> cancel(RemoteTask, Deadline) override { co_return missing_; }
  Task<Result<void>> check(Deadline) override { co_return missing_; }
  Task<Result<void>> check_model(std::string, Deadline) override { co_return missing_; }

 private:
  std::unique_ptr<ImageProvider> described_;
  Error missing_;
};

}  // namespace imagegen
