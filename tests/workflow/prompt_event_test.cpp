#include "workflow/prompts/prompt_event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Job job_with_one_of_two() {
  Job job;
  job.id = "imgjob_1", job.kind = kPromptJobKind, job.owner = "u-1", job.attempt = 3;
  job.input = prompt_job_input({"hero", "raw words", "final words", 2});
  job.output = prompt_job_output({{0, "https://cdn/1", "images/1", "aa", "imgjob_1/0/1", "revised words"}});
  return job;
}

Purchase purchase(PurchaseState state, std::optional<Usd> estimate, std::optional<Usd> actual = {}) {
  Purchase made;
  made.state = state, made.estimate = estimate, made.actual = actual;
  return made;
}

TEST(PromptEvent, SaysHowTheJobEndedAndNoWordOfItsPrompts) {
  const PromptEnd end{JobState::failed, std::chrono::milliseconds(1500), Usd::from_dollars(0.04)};
  const auto line = to_json_line(prompt_job_ended(job_with_one_of_two(), end, from_unix_ms(1'795'246'591'004)));
  EXPECT_EQ(line,
            R"({"event":"prompt_job_ended","id":"imgjob_1.3","time":"2026-11-21T07:36:31.004Z","job_id":"imgjob_1",)"
            R"("state":"failed","images_done":1,"images_wanted":2,"cost":0.04,"duration_ms":1500,"attempt":3})");
  EXPECT_THAT(line, Not(HasSubstr("words")));
}

TEST(PromptEvent, LeavesOutWhatIsNotKnown) {
  Job unreadable = job_with_one_of_two();
  unreadable.input = "{";
  const auto line = to_json_line(prompt_job_ended(unreadable, {JobState::failed, {}, {}}, {}));
  EXPECT_THAT(line, Not(HasSubstr("images_")));
  EXPECT_THAT(line, Not(HasSubstr("cost")));
  EXPECT_THAT(line, HasSubstr(R"("state":"failed")"));
}

TEST(PromptEvent, CostsWhatIsOwedAndNothingForWhatIsNot) {
  const auto four = Usd::from_dollars(0.04), five = Usd::from_dollars(0.05);
  EXPECT_EQ(cost_of({}), Usd{});
  const std::vector<Purchase> known = {purchase(PurchaseState::settled, four, five),
                                       purchase(PurchaseState::settled, four),
                                       purchase(PurchaseState::outcome_unknown, four),
                                       purchase(PurchaseState::released, five), purchase(PurchaseState::released, {})};
  EXPECT_EQ(cost_of(known), Usd::from_dollars(0.13));
  EXPECT_EQ(cost_of(std::vector<Purchase>{known[0], purchase(PurchaseState::settled, {})}), std::nullopt);
}

}  // namespace
}  // namespace imagegen::test
