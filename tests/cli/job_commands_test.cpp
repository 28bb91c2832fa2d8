// `imagegen prompt`, `jobs`, `worker`, `spend` and `audit`, on a SQLite file and the placeholder.
#include <imagegen/core/digest.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>

#include "cli/openai_setup.hpp"
#include "cli/process.hpp"
#include "support/gradient_png.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class JobCommands : public ::testing::Test {
 protected:
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, {}, folder_.path()); }
  boost::json::value json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const auto ended = run(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return boost::json::parse(ended.out);
  }
  std::string queue(const std::string& count = "1") {
    const auto ended = run({"prompt", "execute", "--intent", "hero", "a boat", "--count", count, "--user", "u-1"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out.substr(0, ended.out.find('\n'));
  }

  Folder folder_;
};

TEST_F(JobCommands, EnhancingPrintsAPromptAndWritesNothing) {
  const auto ended = run({"prompt", "enhance", "--intent", "hero", "a boat"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, StartsWith("a boat. "));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(JobCommands, AQueuedJobIsDoneByTheNextWorker) {
  const auto id = queue("2");
  EXPECT_THAT(id, StartsWith("imgjob_"));
  EXPECT_EQ(json({"jobs", "show", id}).at_pointer("/job/state"), "queued");
  EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, 0);
  const auto job = json({"jobs", "show", id});
  EXPECT_EQ(job.at_pointer("/job/state"), "succeeded");
  const auto& images = job.at_pointer("/job/output/images").as_array();
  ASSERT_EQ(images.size(), 2U);
  const std::string key(images[0].at("key").as_string());
  EXPECT_EQ("images/" + to_hex(sha256(folder_.read("out/" + key))) + ".webp", key);
}

TEST_F(JobCommands, AWatchTellsWhatHappensUntilTheJobHasEnded) {
  const auto id = queue();
  Process watch({"jobs", "watch", id, "-v"}, {}, folder_.path());
  ASSERT_TRUE(watch.wait_for_err("1 job has not ended"));
  EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, 0);
  const auto ended = watch.wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("  " + id + "  created\n"), HasSubstr("  " + id + "  image_bought\n"),
                               HasSubstr("\n" + id + "  succeeded\n")));
}

TEST_F(JobCommands, AWatchThatIsInterruptedLeavesTheJobAlone) {
  const auto id = queue();
  Process watch({"jobs", "watch", "--all", "-v"}, {}, folder_.path());
  ASSERT_TRUE(watch.wait_for_err("1 job has not ended"));
  watch.signal(SIGINT);
  const auto ended = watch.wait();
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(ended.err, HasSubstr("the jobs go on"));
  EXPECT_EQ(json({"jobs", "show", id}).at_pointer("/job/state"), "queued");
}

TEST_F(JobCommands, WhatOnlyLooksNeedsNoKey) {
  queue();
  const std::vector<std::vector<std::string>> commands = {
      {"spend"}, {"jobs", "list"}, {"prices"}, {"heroes", IMAGEGEN_PACK, "--dry-run"}};
  for (auto command : commands) {
    command.insert(command.end(), {"--provider", "openai"});
    const auto ended = run(command);
    EXPECT_EQ(ended.exit_code, 0) << command[0] << ": " << ended.err;
  }
  EXPECT_EQ(run({"spend", "--store", "s3://bucket/prefix"}).exit_code, 0);
  const auto ended = run({"heroes", IMAGEGEN_PACK, "--dry-run", "--store", "s3://bucket/prefix"});
  EXPECT_THAT(ended.err, HasSubstr("expected AWS_ACCESS_KEY_ID"));
}

TEST_F(JobCommands, TheSpendIsToldByUser) {
  queue();
  run({"worker", "--until-idle"});
  EXPECT_THAT(run({"spend", "--by", "user"}).out, HasSubstr("u-1     1         $0.00"));
  EXPECT_EQ(json({"spend", "--by", "user"}).at_pointer("/groups/0/key"), "u-1");
}

TEST_F(JobCommands, AWorkerWritesOneEventForEachJobThatEnded) {
  const auto id = queue();
  run({"worker", "--until-idle", "--events", "events.jsonl"});
  run({"worker", "--until-idle", "--events", "events.jsonl"});
  const auto lines = folder_.read("events.jsonl");
  EXPECT_THAT(lines, StartsWith(R"({"event":"prompt_job_ended","id":")" + id + ".1\""));
  EXPECT_EQ(lines.find('\n') + 1, lines.size()) << lines;
  EXPECT_THAT(lines, Not(HasSubstr("boat")));
}

TEST_F(JobCommands, AWorkerTellsWhatItHasDone) {
  const auto id = queue();
  const auto line = json({"worker", "--until-idle"});
  EXPECT_EQ(line.at("stage"), "written");
  EXPECT_EQ(line.at("jobId").as_string(), id);
  EXPECT_EQ(line.at("kind"), "prompt");
  EXPECT_EQ(line.at("state"), "succeeded");
  EXPECT_EQ(line.at("attempt"), 1);
}

TEST_F(JobCommands, TheAuditShowsTheChainAndTheSpendWhatWasBought) {
  const auto id = queue();
  run({"worker", "--until-idle"});
  const auto audit = json({"audit", id});
  EXPECT_EQ(audit.at("intact"), true);
  EXPECT_EQ(audit.at_pointer("/events/0/event"), "created");
  EXPECT_EQ(audit.at_pointer("/events/2/event"), "image_bought");
  EXPECT_EQ(audit.at_pointer("/purchases/0/id").as_string(), id + "/0/1");
  EXPECT_THAT(run({"audit", id}).out, HasSubstr("purchase " + id + "/0/1  settled  $0.00\n5 events"));
  const auto spend = json({"spend", "--job", id});
  EXPECT_EQ(spend.at_pointer("/sum/images"), 1);
  EXPECT_EQ(spend.at_pointer("/purchases/0/state"), "settled");
  EXPECT_EQ(spend.at_pointer("/purchases/0/user"), "u-1");
  EXPECT_THAT(run({"spend", "--csv"}).out, HasSubstr(id + "/0/1," + id + ",0,u-1,1,settled,placeholder,"));
}

TEST_F(JobCommands, AReplayFindsTheSameFilesAndSaysWhereItDoesNot) {
  const auto id = queue("2");
  EXPECT_EQ(run({"replay", id}).exit_code, 1) << "nothing is finished yet";
  run({"worker", "--until-idle"});
  const auto replay = json({"replay", id});
  EXPECT_EQ(replay.at("same"), true);
  EXPECT_EQ(replay.at("files").as_array().size(), 2U);
  std::filesystem::remove(folder_ / ("out/masters/prompts/" + id + "-1"));
  const auto again = run({"replay", id});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.out, AllOf(HasSubstr("image 1: the same request, the same file"),
                               HasSubstr("image 2: the same request, no file")));
}

TEST_F(JobCommands, ACancelledJobIsNotDoneUntilItIsRetried) {
  const auto id = queue();
  EXPECT_EQ(run({"jobs", "cancel", id}).exit_code, 0);
  run({"worker", "--until-idle"});
  EXPECT_EQ(json({"jobs", "show", id}).at_pointer("/job/state"), "cancelled");
  EXPECT_EQ(run({"jobs", "retry", id}).exit_code, 0);
  run({"worker", "--until-idle"});
  EXPECT_EQ(json({"jobs", "show", id}).at_pointer("/job/state"), "succeeded");
  EXPECT_EQ(run({"jobs", "retry", id}).exit_code, 2);
}

TEST_F(JobCommands, WhatIsWrongIsNamed) {
  queue();
  EXPECT_THAT(run({"jobs", "show", "imgjob_none"}).err, HasSubstr("imgjob_none: there is none"));
  EXPECT_THAT(run({"jobs", "list", "--job-state", "DONE"}).err, HasSubstr("expected queued, running"));
  EXPECT_THAT(run({"prompt", "execute", "--intent", "hero", " "}).err, HasSubstr("finalPrompt: expected"));
  const auto elsewhere = run({"jobs", "list", "--state", "mysql://u:secret@h/db"});
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_THAT(elsewhere.err, AllOf(HasSubstr("expected memory:, sqlite:FILE"), Not(HasSubstr("secret"))));
}

TEST_F(JobCommands, AWorkerEndsWhenItIsInterrupted) {
  Process worker({"worker"}, {}, folder_.path());
  ASSERT_TRUE(worker.wait_for_err("working on the jobs"));
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait().exit_code, 130);
}

// The provider has accepted the request and draws for as long as the test wants.
class SlowOpenAi {
 public:
  Environment environment() const {
    return {{"OPENAI_API_KEY", fake_.api_key()},
            {"OPENAI_BASE_URL", fake_.base_url()},
            {"IMAGEGEN_PROVIDER", "openai"},
            {"IMAGEGEN_MODEL", "gpt-image-2"}};
  }
  bool wait_until_drawing() {
    return drawing_.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  }
  void go_on() { go_on_.set_value(); }
  int accepted() const { return fake_.accepted(); }

 private:
  FakeOpenAiOptions options() {
    FakeOpenAiOptions options;
    options.make_image = [this](int width, int height, int index) {
      if (index == 0) {
        drawing_.set_value();
        gone_on_.wait();
      }
      return gradient_png(width, height, index);
    };
    return options;
  }

  std::promise<void> drawing_, go_on_;
  std::shared_future<void> gone_on_ = go_on_.get_future().share();
  FakeOpenAi fake_{options()};
};

TEST_F(JobCommands, AfterAKillAnotherWorkerGoesOnAtOnceAndBuysNothingTwice) {
  SlowOpenAi openai;
  const auto environment = openai.environment();
  const auto queued = run_cli({"prompt", "execute", "--intent", "hero", "a boat"}, environment, folder_.path());
  ASSERT_EQ(queued.exit_code, 0) << queued.err;
  {
    Process worker({"worker"}, environment, folder_.path());
    ASSERT_TRUE(openai.wait_until_drawing());
    worker.signal(SIGKILL);
    worker.wait();
  }
  openai.go_on();
  const auto second = run_cli({"worker", "--until-idle"}, environment, folder_.path());
  EXPECT_EQ(second.exit_code, 1) << "its only job failed: " << second.err;
  const auto job = json({"jobs", "list"}).at_pointer("/jobs/0");
  EXPECT_EQ(job.at("state"), "failed");
  EXPECT_EQ(job.at("attempt"), 2);
  EXPECT_THAT(std::string(job.at("error").as_string()), StartsWith("OUTCOME_UNKNOWN"));
  EXPECT_EQ(openai.accepted(), 1);
  EXPECT_EQ(json({"spend"}).at_pointer("/sum/unknownOutcomes"), 1);
}

}  // namespace
}  // namespace imagegen::test
