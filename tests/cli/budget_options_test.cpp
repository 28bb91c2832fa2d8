// --budget-job, -user, -day and -total of the commands that buy. A picture is estimated at 0.167 USD.
#include <boost/json.hpp>

#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class BudgetOptions : public OpenAiCommand {
 protected:
  Ended run(std::vector<std::string> arguments) {
    auto with = environment();
    with["IMAGEGEN_MODEL"] = "gpt-image-2";
    return run_cli(arguments, with, folder_.path());
  }
  void queue(const std::string& count, const std::string& user = "u-1") {
    const auto ended = run({"prompt", "execute", "--intent", "hero", "a boat", "--count", count, "--user", user});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  // \return The newest job's error.
  std::string work(const std::string& option, const std::string& dollars) {
    const auto worked = run({"worker", "--until-idle", option, dollars});
    const auto listed = boost::json::parse(run({"jobs", "list", "--json"}).out);
    const std::string error(listed.at_pointer("/jobs/0/error").as_string());
    EXPECT_EQ(worked.exit_code == 0, error.empty()) << worked.err;
    return error;
  }
};

TEST_F(BudgetOptions, OfAJobIsForEachByItself) {
  queue("1");
  EXPECT_EQ(work("--budget-job", "0.22"), "");
  queue("2");
  EXPECT_THAT(work("--budget-job", "0.22"), HasSubstr("BUDGET_EXCEEDED: image 2"));
  EXPECT_EQ(openai_.accepted(), 2);
}

TEST_F(BudgetOptions, OfAUserIsForAllOfTheirJobs) {
  queue("1");
  EXPECT_EQ(work("--budget-user", "0.22"), "");
  queue("1");
  EXPECT_THAT(work("--budget-user", "0.22"), HasSubstr("BUDGET_EXCEEDED: image 1"));
  queue("1", "u-2");
  EXPECT_EQ(work("--budget-user", "0.22"), "");
}

TEST_F(BudgetOptions, OfADayAndInAllAreForEverybody) {
  queue("1");
  EXPECT_EQ(work("--budget-day", "0.22"), "");
  queue("1", "u-2");
  EXPECT_THAT(work("--budget-day", "0.22"), HasSubstr("BUDGET_EXCEEDED: image 1"));
  queue("1", "u-3");
  EXPECT_THAT(work("--budget-total", "0.22"), HasSubstr("BUDGET_EXCEEDED: image 1"));
  EXPECT_EQ(openai_.accepted(), 1);
}

TEST_F(BudgetOptions, HoldForHeroesToo) {
  const auto ended = heroes({"--budget-total", "0.1"});
  EXPECT_EQ(ended.exit_code, 5) << ended.err;
  EXPECT_EQ(openai_.accepted(), 0);
}

TEST_F(BudgetOptions, GoBeforeTheConfiguration) {
  folder_.write("c.json", R"({"budgets":{"total":0.1}})");
  queue("1");
  run({"worker", "--until-idle", "--config", "c.json", "--budget-total", "1"});
  EXPECT_EQ(openai_.accepted(), 1);
}

TEST_F(BudgetOptions, ThatCannotBeMeantAreRefusedWithWhatWasExpectedAndWhatCame) {
  queue("1");
  for (const std::string amount : {"-1", "lots", "nan", "inf", "1e10", "10000000000", "0.12345678912"}) {
    for (const std::string option : {"--budget-job", "--budget-user", "--budget-day", "--budget-total"}) {
      const auto ended = run({"worker", "--until-idle", option + "=" + amount});
      EXPECT_EQ(ended.exit_code, 2) << option << amount;
      EXPECT_THAT(ended.err, AllOf(HasSubstr(option + ": expected US dollars"), HasSubstr("got \"" + amount + "\"")));
    }
    EXPECT_EQ(heroes({"--budget=" + amount}).exit_code, 2) << amount;
    auto with = environment();
    with["IMAGEGEN_BUDGET"] = amount;
    EXPECT_EQ(run_cli(arguments(), with, folder_.path()).exit_code, 2) << amount;
  }
  EXPECT_EQ(openai_.accepted(), 0);
}

TEST_F(BudgetOptions, OfAUserHoldForTheUserOfHeroes) {
  const auto of = [this](const std::string& user, const std::string& shot) {
    return heroes({"--user", user, "--budget-user", "0.17", "--shot", shot}).exit_code;
  };
  EXPECT_EQ(of("u-1", "OL-1"), 0);
  EXPECT_EQ(of("u-1", "OL-2"), 5);
  EXPECT_EQ(of("u-2", "OL-2"), 0);
  EXPECT_EQ(openai_.accepted(), 2);
  const auto spent = boost::json::parse(run({"spend", "--user", "u-2", "--json"}).out);
  EXPECT_EQ(spent.at("purchases").as_array().size(), 1U);
}

TEST_F(BudgetOptions, OfAUserAreRefusedWhereThereIsNone) {
  const auto ended = heroes({"--budget-user", "5"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("user: budget user of 5 USD: expected the user"));
  folder_.write("c.json", R"({"budgets":{"user":5}})");
  const auto queued = run({"prompt", "execute", "--intent", "hero", "a boat", "--config", "c.json"});
  EXPECT_EQ(queued.exit_code, 2);
  EXPECT_THAT(queued.err, HasSubstr("--user"));
  EXPECT_EQ(openai_.generations(), 0);
}

TEST_F(BudgetOptions, OfAUserBuyNothingForAJobOfNobody) {
  ASSERT_EQ(run({"prompt", "execute", "--intent", "hero", "a boat"}).exit_code, 0);
  EXPECT_THAT(work("--budget-user", "5"), HasSubstr("expected the user whose budget it counts against"));
  EXPECT_EQ(openai_.accepted(), 0);
}

}  // namespace
}  // namespace imagegen::test
