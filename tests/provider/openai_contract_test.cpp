#include <imagegen/provider/placeholder.hpp>

#include "contract/image_provider_contract.hpp"
#include "openai_rig.hpp"

namespace imagegen::test {
namespace {

struct OpenAiHarness {
  OpenAiHarness() { provider_ = make_openai_provider(rig.options(), *rig.http, system_clock()).value(); }
  ImageProvider& provider() { return *provider_; }
  Clock& clock() { return system_clock(); }
  int requests() const { return rig.fake.generations(); }
  bool is_remote() const { return true; }
  void hold_next() { rig.fake.fail_next(faults::silence()); }

  OpenAiRig rig;
  IoRunner& io = rig.io;
  std::unique_ptr<ImageProvider> provider_;
};

/// The same behind with_retry(), which must take nothing away.
struct RetryingOpenAiHarness : OpenAiHarness {
  RetryingOpenAiHarness() { provider_ = std::move(rig.provider); }
};

struct PlaceholderHarness {
  ImageProvider& provider() { return *provider_; }
  Clock& clock() { return system_clock(); }
  int requests() const { return 0; }
  bool is_remote() const { return false; }
  void hold_next() {}

  IoRunner io;
  ThreadPool pool{1};
  std::unique_ptr<ImageProvider> provider_ =
      make_placeholder_provider([](const Bitmap& picture) -> Result<Bytes> { return to_bytes(png_of(picture)); }, pool);
};

INSTANTIATE_TYPED_TEST_SUITE_P(OpenAi, ImageProviderContract, OpenAiHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(RetryingOpenAi, ImageProviderContract, RetryingOpenAiHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Placeholder, ImageProviderContract, PlaceholderHarness);

}  // namespace
}  // namespace imagegen::test
