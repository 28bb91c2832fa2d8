#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>

#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Runtimes that share a state, with one file of events.
class RuntimeEvents : public testing::Test {
 protected:
  std::unique_ptr<Runtime> open(bool with_events = true) {
    RuntimeConfig config;
    config.state.url = Secret("sqlite:" + (folder_.path() / "state.db").string());
    config.of<PromptConfig>().options.size = {48, 32};
    config.threads = 2;
    if (with_events) config.events_file = file().string();
    return Runtime::open(config).value();
  }
  std::filesystem::path file() const { return folder_.path() / "events.jsonl"; }
  static std::string execute(Runtime& runtime, int images) {
    const auto body = R"({"intent":"hero","rawPrompt":"boat","finalPrompt":"a red boat","imageCount":)" +
                      std::to_string(images) + "}";
    const auto answer =
        runtime.wait(execute_prompt(prompt_services(runtime).value(), prompt_options(runtime), "u-1", body));
    return std::string(boost::json::parse(answer.body).at("jobId").as_string());
  }
  static void work(Runtime& runtime) {
    auto options = runtime.config().worker;
    options.until_idle = true;
    ASSERT_THAT(runtime.work(options, {}), IsOk());
  }
  std::vector<Event> written() const {
    std::ifstream stream(file());
    std::vector<Event> events;
    for (std::string line; std::getline(stream, line);) events.push_back(parse_event(line).value());
    return events;
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& event : written()) ids.push_back(event.id);
    return ids;
  }
  // What a process leaves that is killed right after it has written a job's end down.
  static void end_and_vanish(Runtime& runtime, const Event& event) {
    auto& jobs = *runtime.state().value()->jobs;
    const auto now = to_timestamp(runtime.clock().wall_now());
    ASSERT_THAT(jobs.add({"gone", "prompt", "", "{}"}, now), IsOk());
    JobClaimRequest request;
    request.worker = "gone", request.kinds = {"prompt"};
    JobUpdate update;
    update.state = JobState::succeeded, update.announcements = {{event.id, to_json_line(event)}};
    ASSERT_THAT(jobs.update(claim_of(jobs.claim(request, now).value().at(0)), update, now), IsOk());
  }

  TempFolder folder_;
};

TEST_F(RuntimeEvents, APromptJobThatEndedIsOneLine) {
  const auto runtime = open();
  const auto id = execute(*runtime, 2);
  work(*runtime);
  work(*runtime);
  const auto events = written();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].name, "prompt_job_ended");
  EXPECT_EQ(events[0].id, id + ".1");
  const auto line = to_json_line(events[0]);
  EXPECT_THAT(line, HasSubstr(R"("state":"succeeded","images_done":2,"images_wanted":2,"cost":)"));
  EXPECT_THAT(line, Not(HasSubstr("boat")));
}

TEST_F(RuntimeEvents, WhatAKilledProcessLeftIsWrittenByTheNextWithItsId) {
  const Event event{"prompt_job_ended", "gone.1", std::chrono::system_clock::now(), {{"job_id", std::string("gone")}}};
  end_and_vanish(*open(), event);
  EXPECT_THAT(ids(), IsEmpty());
  work(*open());
  EXPECT_THAT(ids(), ElementsAre("gone.1"));
  work(*open());
  EXPECT_THAT(ids(), ElementsAre("gone.1"));
}

TEST_F(RuntimeEvents, WhoHasNoFileLeavesThemToThoseWhoHaveOne) {
  end_and_vanish(*open(), {"e", "gone.1", std::chrono::system_clock::now(), {}});
  work(*open(false));
  EXPECT_EQ(open()->state().value()->jobs->announcements(10)->size(), 1U);
  work(*open());
  EXPECT_THAT(ids(), ElementsAre("gone.1"));
}

TEST_F(RuntimeEvents, WhatIsNoEventIsKept) {
  const auto runtime = open();
  const auto announce = runtime->announcer();
  EXPECT_THAT(announce({"x", "{}"}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ids(), IsEmpty());
}

}  // namespace
}  // namespace imagegen::test
