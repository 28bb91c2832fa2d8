// --budget-job, -user, -day and -total of the commands that buy. A picture is estimated at 0.167 USD.
#include <boost/json.hpp>

#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;

class BudgetOptions : public OpenAiCommand {
 protected:
  Ended run(std::vector<std::string> arguments) {
    auto with = environment();
    with["IMAGEGEN_MODEL"] = "gpt-image-1";
    return run_cli(arguments, with, folder_.path());
  }
  void queue(const std::string& count, const std::string& user = "u-1") {
    const auto ended = run({"prompt", "execute", "--intent", "hero", "a boat", "--count", count, "--user", user});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  // \return The newest job's error.
  std::string work(const std::string& option, const std::string& dollars) {
    EXPECT_EQ(run({"worker", "--until-idle", option, dollars}).exit_code, 0);
    const auto listed = boost::json::parse(run({"jobs", "list", "--json"}).out);
    return std::string(listed.at_pointer("/jobs/0/error").as_string());
  }
};

TEST_F(BudgetOptions, OfAJobIsForEachByItself) {
  queue("1");
  EXPECT_EQ(work("--budget-job", "0.2"), "");
  queue("2");
  EXPECT_THAT(work("--budget-job", "0.2"), HasSubstr("BUDGET_EXCEEDED: image 2"));
  EXPECT_EQ(openai_.accepted(), 2);
}

TEST_F(BudgetOptions, OfAUserIsForAllOfTheirJobs) {
  queue("1");
  EXPECT_EQ(work("--budget-user", "0.2"), "");
  queue("1");
  EXPECT_THAT(work("--budget-user", "0.2"), HasSubstr("BUDGET_EXCEEDED: image 1"));
  queue("1", "u-2");
  EXPECT_EQ(work("--budget-user", "0.2"), "");
}

TEST_F(BudgetOptions, OfADayAndInAllAreForEverybody) {
  queue("1");
  EXPECT_EQ(work("--budget-day", "0.2"), "");
  queue("1", "u-2");
  EXPECT_THAT(work("--budget-day", "0.2"), HasSubstr("BUDGET_EXCEEDED: image 1"));
  queue("1", "u-3");
  EXPECT_THAT(work("--budget-total", "0.2"), HasSubstr("BUDGET_EXCEEDED: image 1"));
  EXPECT_EQ(openai_.accepted(), 1);
}

TEST_F(BudgetOptions, HoldForHeroesToo) {
  const auto ended = heroes({"--budget-total", "0.1"});
  EXPECT_EQ(ended.exit_code, 5) << ended.err;
  EXPECT_EQ(openai_.accepted(), 0);
}

TEST_F(BudgetOptions, GoBeforeTheConfigurationAndAreAtLeastNothing) {
  folder_.write("c.json", R"({"budgets":{"total":0.1}})");
  queue("1");
  run({"worker", "--until-idle", "--config", "c.json", "--budget-total", "1"});
  EXPECT_EQ(openai_.accepted(), 1);
  EXPECT_EQ(run({"worker", "--until-idle", "--budget-day", "-1"}).exit_code, 2);
  EXPECT_EQ(run({"worker", "--until-idle", "--budget-day", "lots"}).exit_code, 2);
}

}  // namespace
}  // namespace imagegen::test
