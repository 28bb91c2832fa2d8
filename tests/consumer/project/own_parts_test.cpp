// Parts of one's own, and the installed suites that they must pass.
#include <imagegen/testing/contract/image_provider_contract.hpp>
#include <imagegen/testing/contract/object_store_contract.hpp>

#include "own_store.hpp"

using namespace imagegen::test;

struct MapStoreHarness final : ObjectStoreHarness {
  imagegen::ObjectStore& store() override { return store_; }
  MapStore store_;
};
INSTANTIATE_TEST_SUITE_P(Map, ObjectStoreContract, testing::Values(harness<MapStoreHarness>()));

// Gives one picture, whatever is asked for.
class OnePicture final : public imagegen::ImageProvider {
 public:
  OnePicture() {
    capability_.provider = "one", capability_.models.emplace_back();
    capability_.models.front().model = "one-1";
  }
  const imagegen::ProviderCapability& capability() const override { return capability_; }
  imagegen::Task<imagegen::Result<imagegen::Submission>> submit(imagegen::ImageRequest request, imagegen::CallContext) override {
    auto adapted = adapt(capability_, std::move(request), imagegen::Strictness::strict);
    if (!adapted) co_return adapted.error();
    imagegen::GeneratedImages made;
    made.images.push_back({imagegen::to_bytes("\x89PNG\r\n\x1A\n and so on"), {}});
    co_return imagegen::Submission(std::move(made));
  }
  imagegen::Task<imagegen::Result<void>> check(imagegen::Deadline) override { co_return imagegen::Result<void>(); }

 private:
  imagegen::ProviderCapability capability_;
};

struct OnePictureHarness final : ImageProviderHarness {
  imagegen::ImageProvider& provider() override { return provider_; }
  imagegen::Clock& clock() override { return imagegen::system_clock(); }
  int requests() const override { return 0; }
  bool is_remote() const override { return false; }
  bool never_waits() const override { return true; }
  void hold_next() override {}
  OnePicture provider_;
};
INSTANTIATE_TEST_SUITE_P(One, ImageProviderContract, testing::Values(harness<OnePictureHarness>()));
