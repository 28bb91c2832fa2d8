// `imagegen spend settle`: a person says how a purchase ended whose answer was lost. A picture is estimated at 0.167 USD.
#include <boost/json.hpp>

#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SettleCommand : public OpenAiCommand {
 protected:
  void SetUp() override {
    openai_.fail_next(faults::reset_after_request());
    const auto queued = run({"prompt", "execute", "--intent", "hero", "a boat"});
    ASSERT_EQ(queued.exit_code, 0) << queued.err;
    job_ = queued.out.substr(0, queued.out.find('\n'));
    work(1);
    ASSERT_EQ(spend().at_pointer("/sum/unknownOutcomes"), 1);
    purchase_ = spend().at_pointer("/purchases/0/id").as_string().c_str();
  }
  Ended run(std::vector<std::string> arguments) {
    auto with = environment();
    with["IMAGEGEN_MODEL"] = "gpt-image-2";
    return run_cli(arguments, with, folder_.path());
  }
  void work(int exit_code) { EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, exit_code); }
  void retry(int exit_code = 0) {
    EXPECT_EQ(run({"jobs", "retry", job_}).exit_code, 0);
    work(exit_code);
  }
  Ended settle(std::vector<std::string> how) {
    how.insert(how.begin(), {"spend", "settle", purchase_});
    return run(std::move(how));
  }
  boost::json::value spend() { return boost::json::parse(run({"spend", "--json"}).out); }
  std::string state_of_job() {
    return boost::json::parse(run({"jobs", "show", job_, "--json"}).out).at_pointer("/job/state").as_string().c_str();
  }

  std::string job_, purchase_;
};

TEST_F(SettleCommand, ReleasesWhatIsNotOnTheBillAndTheJobBuysIt) {
  const auto ended = settle({"--released", "--note", "not on the bill of November"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr(purchase_), HasSubstr("released"), HasSubstr("bill of November")));
  EXPECT_EQ(spend().at_pointer("/sum/unknownOutcomes"), 0);
  retry();
  EXPECT_EQ(state_of_job(), "succeeded");
  EXPECT_EQ(openai_.generations(), 2);
}

TEST_F(SettleCommand, TheAuditSaysWhereAPictureWasThatCouldNotBeHadAndNoLogDoes) {
  const std::string where = "http://10.0.0.7/files/lost.png?sig=only-for-operators";
  openai_.fail_next(openai::urls_elsewhere(where));
  const auto queued = run({"prompt", "execute", "--intent", "hero", "a harbour"});
  const auto id = queued.out.substr(0, queued.out.find('\n'));
  const auto worked = run({"worker", "--until-idle"});
  EXPECT_EQ(worked.exit_code, 1);
  EXPECT_THAT(worked.out + worked.err, Not(HasSubstr("only-for-operators")));
  EXPECT_THAT(run({"jobs", "show", id, "--json"}).out, Not(HasSubstr("only-for-operators")));
  EXPECT_THAT(run({"audit", id}).out, HasSubstr(where));
  EXPECT_THAT(run({"audit", id, "--json"}).out, HasSubstr("only-for-operators"));
}

TEST_F(SettleCommand, BooksWhatItDidCost) {
  const auto ended = settle({"--actual", "0.042", "--json"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const auto purchase = boost::json::parse(ended.out).at("purchase");
  EXPECT_EQ(purchase.at("state"), "settled");
  EXPECT_EQ(purchase.at("actualUsd"), 0.042);
  EXPECT_EQ(purchase.at("actualSource"), "provider");
}

TEST_F(SettleCommand, LetsItBeBoughtAgainAndHoldsTheEstimateUntilItIsKnown) {
  EXPECT_EQ(settle({"--buy-again"}).exit_code, 0);
  EXPECT_EQ(spend().at_pointer("/purchases/0/state"), "outcome_unknown");
  retry();
  EXPECT_EQ(state_of_job(), "succeeded");
  EXPECT_EQ(spend().at("purchases").as_array().size(), 2U);
  EXPECT_EQ(spend().at_pointer("/sum/unknownOutcomes"), 1) << "the first may be on the bill still";
  EXPECT_EQ(settle({"--released"}).exit_code, 0);
  EXPECT_EQ(spend().at_pointer("/sum/unknownOutcomes"), 0);
}

TEST_F(SettleCommand, APictureThatWasPaidForAndIsLostCanBeBoughtAgain) {
  EXPECT_EQ(settle({"--actual", "0.042"}).exit_code, 0);
  retry(1);
  EXPECT_EQ(state_of_job(), "failed") << "it is paid for, and nobody has it";
  EXPECT_EQ(openai_.generations(), 1);
  const auto ended = settle({"--buy-again", "--json"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(boost::json::parse(ended.out).at_pointer("/purchase/state"), "settled");
  EXPECT_EQ(boost::json::parse(ended.out).at_pointer("/purchase/actualUsd"), 0.042);
  EXPECT_EQ(settle({"--buy-again"}).exit_code, 2) << "once is enough";
  retry();
  EXPECT_EQ(state_of_job(), "succeeded");
  EXPECT_EQ(openai_.generations(), 2);
}

TEST_F(SettleCommand, RefusesWhatHasEndedWhatIsNotThereAndWhatCannotBeMeant) {
  EXPECT_EQ(settle({"--released"}).exit_code, 0);
  const auto twice = settle({"--actual", "1"});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("it is released already"));
  EXPECT_THAT(run({"spend", "settle", "imgjob_none/0/1", "--released"}).err, HasSubstr("there is none"));
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {}, {"--released", "--buy-again"}, {"--actual=-1"}, {"--actual=nan"}, {"--actual=1e10"}}) {
    EXPECT_EQ(settle(wrong).exit_code, 2);
  }
}

TEST_F(SettleCommand, ANoteDoesNotRuleTheTerminal) {
  const auto ended = settle({"--released", "--note", "a\x1B[31m\xE2\x80\xAE" "b"});
  EXPECT_THAT(ended.out, HasSubstr("a\\u{1B}[31m\\u{202E}b"));
  EXPECT_THAT(run({"spend", "--csv"}).out, HasSubstr(",a\\u{1B}[31m\\u{202E}b\r\n"));
}

}  // namespace
}  // namespace imagegen::test
