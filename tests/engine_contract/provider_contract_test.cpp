#include <imagegen/testing/contract/image_provider_contract.hpp>

#include "engine_contract/adapters.hpp"
#include "engine_contract/wishes.hpp"

namespace imagegen::test {
namespace {

// The host's own provider is the service: it counts what reaches it, and need not answer.
template <class Wish>
struct LanguageProviderHarness final : ImageProviderHarness {
  ImageProvider& provider() override { return *provider_; }
  Clock& clock() override { return system_clock(); }
  bool is_remote() const override { return Wish::is_of_the_host; }
  int requests() const override { return is_remote() ? runtime_->submits() : 0; }
  void hold_next() override { runtime_->hold_next(); }

  std::unique_ptr<LanguageRuntime> runtime_ = open_runtime(Wish::wish());
  std::unique_ptr<ImageProvider> provider_ = adapt_provider(*runtime_, system_clock());
};

template <Manner manner>
struct Placeholder {
  static constexpr bool is_of_the_host = false;
  static RuntimeWish wish() { return with_config({{"provider", "placeholder"}}, manner); }
};
template <Manner manner>
struct OfTheHost {
  static constexpr bool is_of_the_host = true;
  static RuntimeWish wish() { return with_parts_of_the_host(manner); }
};

INSTANTIATE_TEST_SUITE_P(PlainBuiltIn, ImageProviderContract,
                         testing::Values(harness<LanguageProviderHarness<Placeholder<Manner::plain>>>()));
INSTANTIATE_TEST_SUITE_P(ConcurrentBuiltIn, ImageProviderContract,
                         testing::Values(harness<LanguageProviderHarness<Placeholder<Manner::concurrent>>>()));
INSTANTIATE_TEST_SUITE_P(PlainHost, ImageProviderContract,
                         testing::Values(harness<LanguageProviderHarness<OfTheHost<Manner::plain>>>()));
INSTANTIATE_TEST_SUITE_P(ConcurrentHost, ImageProviderContract,
                         testing::Values(harness<LanguageProviderHarness<OfTheHost<Manner::concurrent>>>()));

}  // namespace
}  // namespace imagegen::test
