#include <imagegen/provider/placeholder.hpp>
#include <imagegen/testing/contract/image_provider_contract.hpp>

#include "openai_rig.hpp"

namespace imagegen::test {
namespace {

struct OpenAiHarness : ImageProviderHarness {
  OpenAiHarness() { provider_ = make_openai_provider(rig.options(), *rig.http, system_clock()).value(); }
  ImageProvider& provider() override { return *provider_; }
  Clock& clock() override { return system_clock(); }
  int requests() const override { return rig.fake.generations(); }
  bool is_remote() const override { return true; }
  void hold_next() override { rig.fake.fail_next(faults::silence()); }

  OpenAiRig rig;
  std::unique_ptr<ImageProvider> provider_;
};

/// The same behind with_retry(), which must take nothing away.
struct RetryingOpenAiHarness : OpenAiHarness {
  RetryingOpenAiHarness() { provider_ = std::move(rig.provider); }
};

struct PlaceholderHarness final : ImageProviderHarness {
  ImageProvider& provider() override { return *provider_; }
  Clock& clock() override { return system_clock(); }
  int requests() const override { return 0; }
  bool is_remote() const override { return false; }
  void hold_next() override {}

  ThreadPool pool{1};
  std::unique_ptr<ImageProvider> provider_ =
      make_placeholder_provider([](const Bitmap& picture) -> Result<Bytes> { return to_bytes(png_of(picture)); }, pool);
};

INSTANTIATE_TEST_SUITE_P(OpenAi, ImageProviderContract, testing::Values(harness<OpenAiHarness>()));
INSTANTIATE_TEST_SUITE_P(RetryingOpenAi, ImageProviderContract, testing::Values(harness<RetryingOpenAiHarness>()));
INSTANTIATE_TEST_SUITE_P(Placeholder, ImageProviderContract, testing::Values(harness<PlaceholderHarness>()));

}  // namespace
}  // namespace imagegen::test
