#include <imagegen/provider/image_provider.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

struct Synchronous final : ImageProvider {
  Synchronous() { capability_.provider = "synchronous"; }
  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest, CallContext) override { co_return Submission(GeneratedImages{}); }
  Task<Result<void>> check(Deadline) override { co_return Result<void>{}; }

  ProviderCapability capability_;
};

TEST(ImageProvider, HasNothingToResumeOrCancelUnlessItSaysSo) {
  Synchronous provider;
  const auto says_who = ::testing::HasSubstr("synchronous");
  EXPECT_THAT(run_task(provider.resume({}, Deadline::never())), FailsSaying(Errc::unsupported, says_who));
  EXPECT_THAT(run_task(provider.cancel({}, Deadline::never())), FailsSaying(Errc::unsupported, says_who));
}

}  // namespace
}  // namespace imagegen::test
