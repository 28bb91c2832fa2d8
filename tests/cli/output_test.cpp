// Readers that go away, terminals that hang up, disks that are full: what is under way is finished, and it is said.
#include <signal.h>

#include <boost/json.hpp>

#include "cli/openai_setup.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class Output : public OpenAiCommand {
 protected:
  Environment with_model() const {
    auto with = environment();
    with["IMAGEGEN_MODEL"] = "gpt-image-2";
    return with;
  }
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, with_model(), folder_.path()); }
  // By a shell, which does with the output what `to` says.
  Ended run_to(const std::string& to, std::vector<std::string> arguments, const Environment& with = {}) {
    arguments.insert(arguments.begin(), {"-c", "exec \"$0\" \"$@\" " + to, IMAGEGEN_CLI});
    return Process(arguments, with, folder_.path(), "/bin/sh").wait();
  }
  std::string queue() {
    const auto ended = run({"prompt", "execute", "--intent", "hero", "a boat", "--user", "u-1"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out.substr(0, ended.out.find('\n'));
  }
  void hold_the_next_answer() {
    openai_.fail_next({"held", true, [](const Answering& answering) {
                         auto reply = answering.good;
                         reply.hold = true;
                         return reply;
                       }});
  }
  // Every accepted picture is paid for and in the ledger as such.
  void expect_nothing_in_doubt() {
    const auto sum = boost::json::parse(run({"spend", "--json"}).out).at("sum");
    EXPECT_EQ(sum.at("unknownOutcomes"), 0);
    EXPECT_EQ(sum.at("images"), openai_.accepted());
  }
};

TEST_F(Output, OfAWorkerWhoseReaderGoesIsAnErrorAtTheEndAfterWhatRunsIsFinished) {
  for (int i = 0; i < 5; ++i) queue();
  hold_the_next_answer();
  Process worker({"worker", "--until-idle", "--json", "--concurrency", "1"}, with_model(), folder_.path());
  ASSERT_TRUE(openai_.server().wait_for_requests(1));
  worker.close_out();
  openai_.server().release();
  const auto ended = worker.wait();
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("the output could not be written"));
  EXPECT_LE(openai_.accepted(), 2) << "it took nothing new";
  expect_nothing_in_doubt();
}

TEST_F(Output, OfAWorkerThatNobodyHearsIsAnErrorToo) {
  queue();
  Process worker({"worker", "--until-idle"}, with_model(), folder_.path());
  ASSERT_TRUE(worker.wait_for_err("working on the jobs"));
  worker.close_err();
  EXPECT_EQ(worker.wait().exit_code, 1);
  expect_nothing_in_doubt();
}

TEST_F(Output, ATerminalThatHangsUpEndsAWorkerWhenWhatRunsIsFinished) {
  for (int i = 0; i < 3; ++i) queue();
  hold_the_next_answer();
  Process worker({"worker", "--until-idle", "--concurrency", "1"}, with_model(), folder_.path());
  ASSERT_TRUE(openai_.server().wait_for_requests(1));
  worker.signal(SIGHUP);
  ASSERT_TRUE(worker.wait_for_err("what has been bought is finished first"));
  worker.signal(SIGHUP);  // from the shell, after that of the terminal
  openai_.server().release();
  EXPECT_EQ(worker.wait().exit_code, 130);
  EXPECT_EQ(openai_.accepted(), 1);
  expect_nothing_in_doubt();
}

TEST_F(Output, ATerminalThatHangsUpEndsHeroesWhenWhatIsBoughtIsFinished) {
  hold_the_next_answer();
  Process process(arguments({"--shot", "OL-1"}), environment(), folder_.path());
  ASSERT_TRUE(openai_.server().wait_for_requests(1));
  process.signal(SIGHUP);
  ASSERT_TRUE(process.wait_for_err("what has been bought is finished first"));
  process.signal(SIGHUP);
  openai_.server().release();
  const auto ended = process.wait();
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(folder_.pictures(), SizeIs(3 + 1)) << ended.err;
}

TEST_F(Output, AfterAHangupTheFirstInterruptDoesNotStopAtOnceYet) {
  openai_.fail_always(faults::silence());
  Process process(arguments({"--shot", "OL-1"}), environment(), folder_.path());
  ASSERT_TRUE(openai_.server().wait_for_requests(1));
  process.signal(SIGHUP);
  ASSERT_TRUE(process.wait_for_err("what has been bought is finished first"));
  process.signal(SIGTERM);
  ASSERT_TRUE(process.wait_for_err("Once more to stop at once"));
  process.signal(SIGTERM);
  const auto ended = process.wait();
  EXPECT_EQ(ended.exit_code, 130);
  EXPECT_THAT(ended.err, HasSubstr("CANCELLED"));
}

TEST_F(Output, AHangupIsIgnoredUnderNohup) {
  Process worker({IMAGEGEN_CLI, "worker"}, with_model(), folder_.path(), "/usr/bin/nohup");
  ASSERT_TRUE(worker.wait_for_err("working on the jobs"));
  worker.signal(SIGHUP);
  const auto id = queue();
  EXPECT_TRUE(worker.wait_for_err(id + "  succeeded"));
  worker.signal(SIGTERM);
  const auto ended = worker.wait();
  EXPECT_EQ(ended.exit_code, 130);
}

TEST_F(Output, ThatDoesNotFitOnTheDiskIsAnErrorOfEveryCommand) {
  folder_.write("pack.json", "{}");
  const auto id = queue();
  ASSERT_EQ(run({"worker", "--until-idle"}).exit_code, 0);
  ASSERT_EQ(run(arguments({"--shot", "OL-1"})).exit_code, 0);
  const auto picture = folder_ / ("out/masters/prompts/" + id + "-0");
  const std::vector<std::vector<std::string>> commands = {
      {"heroes", IMAGEGEN_PACK, "--dry-run"},
      {"heroes", IMAGEGEN_PACK, "--dry-run", "--json"},
      {"render", picture, "--size", "64x64", "-o", "small.png"},
      {"inspect", picture},
      {"inspect", picture, "--json"},
      {"doctor"},
      {"doctor", "--json"},
      {"prompt", "enhance", "--intent", "hero", "a boat"},
      {"prompt", "execute", "--intent", "hero", "a boat"},
      {"jobs", "list"},
      {"jobs", "list", "--json"},
      {"jobs", "show", id},
      {"spend"},
      {"spend", "--csv"},
      {"spend", "--json"},
      {"audit", id},
      {"replay", id, "--provider", "openai", "--model", "gpt-image-2"},
      {"worker", "--until-idle", "--json"},
      {"--help"},
      {"spend", "settle", "--help"}};
  for (const auto& command : commands) {
    SCOPED_TRACE(command.front() + " " + command.back());
    Environment with;
    if (command.front() == "replay") with = with_model();
    const auto ended = run_to(">/dev/full", command, with);
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.err, HasSubstr("the output could not be written"));
    EXPECT_EQ(run_to(">/dev/null", command, with).exit_code, 0);
  }
}

TEST_F(Output, ThatWasGivenNoPlaceToGoDoesNotLandInAFile) {
  const auto ended = run_to(">&-", {"prompt", "execute", "--intent", "hero", "a boat"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("the output could not be written"));
  EXPECT_EQ(run_to("2>&-", {"heroes", IMAGEGEN_PACK, "--shot", "OL-1"}).exit_code, 0);
  EXPECT_THAT(run({"jobs", "list"}).out, HasSubstr("queued"));
}

}  // namespace
}  // namespace imagegen::test
