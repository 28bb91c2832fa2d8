// `imagegen heroes` when the provider, the user or the budget gets in the way.
#include <signal.h>

#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using HeroesFaults = OpenAiCommand;

TEST_F(HeroesFaults, MakesNineFilesFromThreePicturesOfAProvider) {
  const auto ended = heroes();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(openai_.accepted(), 3);
  EXPECT_THAT(ended.err, HasSubstr("3 pictures bought, estimated $0.48"));
}

TEST_F(HeroesFaults, LeavesSixFilesAndExit3WhenOneOfThreeShotsFailsAndThenBuysOne) {
  openai_.fail_next(openai::moderation_blocked("input"));
  const auto ended = heroes();
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(folder_.pictures(), SizeIs(6 + 2));
  EXPECT_THAT(ended.err, HasSubstr("CONTENT_REFUSED"));
  EXPECT_EQ(openai_.accepted(), 2);
  EXPECT_EQ(heroes().exit_code, 0);
  EXPECT_EQ(openai_.accepted(), 3);
  EXPECT_THAT(folder_.pictures(), SizeIs(9 + 3));
}

TEST_F(HeroesFaults, EndsWith1WhenEveryShotFailed) {
  openai_.fail_always(openai::insufficient_quota());
  const auto ended = heroes({"--json"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("GENERATION_FAILED"), HasSubstr("QUOTA_EXCEEDED")));
  EXPECT_EQ(openai_.generations(), 3) << "a quota is not retried";
}

TEST_F(HeroesFaults, GoesOnAfterARateLimit) {
  openai_.fail_next(openai::rate_limited({{"retry-after-ms", "1"}}));
  EXPECT_EQ(heroes({"--shot", "OL-1"}).exit_code, 0);
  EXPECT_EQ(openai_.generations(), 2);
  EXPECT_EQ(openai_.accepted(), 1);
}

TEST_F(HeroesFaults, NeverSendsAgainWhatMayHaveArrivedAndSaysThatItMayBeCharged) {
  openai_.fail_next(faults::reset_after_request());
  const auto ended = heroes({"--shot", "OL-1"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_EQ(openai_.generations(), 1);
  EXPECT_THAT(ended.err, HasSubstr("it may have been charged"));
}

TEST_F(HeroesFaults, EndsWith5OverBudgetAndBuysNothing) {
  const auto ended = heroes({"--budget", "0.3", "--json"});
  EXPECT_EQ(ended.exit_code, 5);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("BUDGET_EXCEEDED"), HasSubstr("\"remaining\":0.3")));
  EXPECT_EQ(openai_.generations(), 0);
  EXPECT_EQ(heroes({"--budget", "0.48"}).exit_code, 0);
}

TEST_F(HeroesFaults, EndsWith2WithoutAKey) {
  const auto ended = run_cli(arguments(), {{"IMAGEGEN_PROVIDER", "openai"}}, folder_.path());
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("OPENAI_API_KEY"));
}

TEST_F(HeroesFaults, FinishesWhatIsBoughtAtTheFirstInterruptAndEndsWith130) {
  openai_.fail_next({"held", true, [](const Answering& answering) {
                       auto reply = answering.good;
                       reply.hold = true;
                       return reply;
                     }});
  Process process(arguments({"--shot", "OL-1"}), environment(), folder_.path());
  ASSERT_TRUE(openai_.server().wait_for_requests(1));
  process.signal(SIGINT);
  ASSERT_TRUE(process.wait_for_err("what has been bought is finished first"));
  openai_.server().release();
  const auto ended = process.wait();
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(folder_.pictures(), SizeIs(3 + 1)) << ended.err;
}

TEST_F(HeroesFaults, StopsAtOnceAtTheSecondInterrupt) {
  openai_.fail_always(faults::silence());
  Process process(arguments({"--shot", "OL-1"}), environment(), folder_.path());
  ASSERT_TRUE(openai_.server().wait_for_requests(1));
  process.signal(SIGINT);
  ASSERT_TRUE(process.wait_for_err("Once more to stop at once"));
  process.signal(SIGINT);
  const auto ended = process.wait();
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("CANCELLED"), HasSubstr("it may have been charged")));
}

TEST_F(HeroesFaults, DoctorTellsWhatWorksAndWhatDoesNot) {
  const auto healthy = run_cli({"doctor"}, environment(), folder_.path());
  EXPECT_EQ(healthy.exit_code, 0) << healthy.out;
  EXPECT_THAT(healthy.out, AllOf(HasSubstr("answers, and takes the key"), HasSubstr("writes, reads and removes")));
  auto wrong_key = environment();
  wrong_key["OPENAI_API_KEY"] = "sk-test-wrong-wrong-wrong-wrong";
  const auto broken = run_cli({"doctor"}, wrong_key, folder_.path());
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.out, AllOf(HasSubstr("BROKEN"), HasSubstr("PERMISSION_DENIED")));
  EXPECT_THAT(run_cli({"doctor"}, {{"IMAGEGEN_PROVIDER", "openai"}}, folder_.path()).out,
              HasSubstr("OPENAI_API_KEY is not set"));
  EXPECT_EQ(openai_.generations(), 0) << "an examination buys nothing";
}

}  // namespace
}  // namespace imagegen::test
