// The suite of providers, run against one that breaks what IMAGEGEN_BROKEN names; see broken_parts_test.cpp.
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/testing/contract/image_provider_contract.hpp>

#include <boost/asio/post.hpp>

#include "support/test_server.hpp"

namespace imagegen::test {
namespace {

// Works in tasks, each of which is one picture.
class BreakingProvider final : public ImageProvider {
 public:
  BreakingProvider() {
    capability_.provider = "one", capability_.models.emplace_back();
    capability_.models.front().model = "one-1";
  }
  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest request, CallContext) override {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await boost::asio::post(boost::asio::use_awaitable);  // a call that never waits is over before it is cancelled
    const bool cancelled = co_await is_cancelled();
    if (cancelled && !breaks("cancellation")) co_return Error{Errc::cancelled, "cancelled"};
    const auto adapted = adapt(capability_, std::move(request), Strictness::strict);
    if (!adapted) co_return adapted.error();
    ++taken_;
    co_return Submission(RemoteTask{"one", "t-1", ""});
  }
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext) override {
    if (task.provider != "one") co_return Error{Errc::not_found, "a task of another"};
    GeneratedImages made;
    if (!breaks("answer")) made.images.push_back({to_bytes("\x89PNG\r\n\x1A\n and so on"), {}});
    co_return made;
  }
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

  int taken_ = 0;

 private:
  static bool breaks(std::string_view promise) { return environment("IMAGEGEN_BROKEN") == promise; }
  ProviderCapability capability_;
};

struct BreakingProviderHarness final : ImageProviderHarness {
  ImageProvider& provider() override { return provider_; }
  Clock& clock() override { return system_clock(); }
  int requests() const override { return provider_.taken_; }
  bool is_remote() const override { return false; }
  void hold_next() override {}

  BreakingProvider provider_;
};

INSTANTIATE_TEST_SUITE_P(Broken, ImageProviderContract, testing::Values(harness<BreakingProviderHarness>()));

}  // namespace
}  // namespace imagegen::test
