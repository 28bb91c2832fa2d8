// A suite must find what is broken: those of stores and providers, run against ones each of which breaks one promise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;

struct Broken {
  const char* how;
  const char* found_by;
};

struct SuiteRun {
  explicit SuiteRun(const char* how) {
    ProgramOptions options;
    options.out = true, options.environment = {{"IMAGEGEN_BROKEN", how}};
    Program suite({IMAGEGEN_BROKEN_PARTS, "--gtest_brief=1"}, options);
    said = suite.read_out();
    exit_code = suite.wait();
  }
  std::string said;
  int exit_code = -1;
};

class BrokenPart : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenPart, IsFoundByItsSuite) {
  const SuiteRun run(GetParam().how);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.said, HasSubstr(std::string("[  FAILED  ] Broken/") + GetParam().found_by));
}

INSTANTIATE_TEST_SUITE_P(
    How, BrokenPart,
    ::testing::Values(Broken{"condition", "ObjectStoreContract.ConditionalPutLosesAgainstWhatIsThere"},
                      Broken{"limit", "ObjectStoreContract.GetsNothingAboveTheLimit"},
                      Broken{"order", "ObjectStoreContract.ListsInByteOrder"},
                      Broken{"remove", "ObjectStoreContract.RemovesAndAgreesToRemoveNothing"},
                      Broken{"cancellation", "ImageProviderContract.ACallThatIsCancelledAtOnceSendsNothing"},
                      Broken{"answer", "ImageProviderContract.ATaskThatItBeganCanBeResumedAgainAndIsNoSecondPurchase"}),
    [](const auto& broken) { return std::string(broken.param.how); });

TEST(UnbrokenParts, PassTheirSuites) {
  const SuiteRun run("nothing");
  EXPECT_EQ(run.exit_code, 0) << run.said;
}

}  // namespace
}  // namespace imagegen::test
