// What starts and ends real servers, with programs of the shell in their place.
#include "support/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "support/child_process.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;

ServerKind shell(const std::string& script) {
  ServerKind kind;
  kind.name = "the shell";
  kind.command = [script](std::uint16_t) { return std::vector<std::string>{"/bin/sh", "-c", script}; };
  return kind;
}

class ShellServer : public TestServer {
 public:
  explicit ShellServer(ServerKind kind) { launch(std::move(kind)); }
  using TestServer::path_of;
};

TEST(TestServer, OneThatCannotStartSaysWhyAndNobodyWaitsForIt) {
  const auto begin = std::chrono::steady_clock::now();
  auto kind = shell("echo no room here >&2; exit 3");
  const ShellServer server(std::move(kind));
  EXPECT_FALSE(server.is_ours());
  EXPECT_THAT(server.problem(), HasSubstr("skipped: no server (the shell does not start: "));
  EXPECT_THAT(server.problem(), HasSubstr("no room here"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15)) << "its limit is 30 s, five times";
}

TEST(TestServer, IsAskedUntilItAnswersAndKeepsItsPortAndFilesOverAStop) {
  int asked = 0;
  auto kind = shell("echo $$ > \"$PID\"; exec sleep 300");
  const TempFolder folder;
  kind.environment["PID"] = folder / "pid";
  kind.answers = [&asked](std::uint16_t) { return ++asked % 3 == 0; };
  ShellServer server(std::move(kind));
  EXPECT_EQ(server.problem(), "");
  EXPECT_EQ(asked, 3);
  const auto port = server.port();
  write_file(server.path_of("data"), "kept");
  server.stop();
  EXPECT_EQ(::kill(std::stoi(read_file(folder / "pid")), 0), -1) << "it has ended";
  EXPECT_TRUE(server.start());
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(read_file(server.path_of("data")), "kept");
}

TEST(TestServer, IsOursWhileItIsStoppedAndWhenItDoesNotStartAgain) {
  const TempFolder folder;
  auto kind = shell("test -e \"$GONE\" && exit 3; exec sleep 300");
  kind.environment["GONE"] = folder / "gone";
  bool answers = true;
  kind.answers = [&answers](std::uint16_t) { return answers; };
  ShellServer server(std::move(kind));
  EXPECT_TRUE(server.is_ours());
  server.stop();
  EXPECT_TRUE(server.is_ours());
  write_file(folder / "gone", "");
  answers = false;
  EXPECT_FALSE(server.start());
  EXPECT_TRUE(server.is_ours()) << "else the tests of outages are skipped that come then";
}

TEST(TestServer, HasNothingOfOurEnvironmentButThePath) {
  ::setenv("IMAGEGEN_TEST_SECRET", "of ours", 1);  // NOLINT(concurrency-mt-unsafe)
  auto kind = shell("echo \"$OWN-$IMAGEGEN_TEST_SECRET-${PATH:+path}\" > \"$SAID\"; exec sleep 300");
  kind.environment = {{"OWN", "own"}};
  const TempFolder folder;
  kind.environment["SAID"] = folder / "said";
  kind.answers = [&folder](std::uint16_t) { return !read_file(folder / "said").empty(); };
  const ShellServer server(std::move(kind));
  EXPECT_EQ(server.problem(), "");
  EXPECT_EQ(read_file(folder / "said"), "own--path\n");
}

TEST(Program, EndsWithItsObject) {
  pid_t pid = -1;
  {
    ProgramOptions options;
    options.in = true;
    const Program program({"/bin/cat"}, options);
    pid = program.pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

// Of a process that is killed, nobody's destructor ends what it has started.
TEST(Program, OfTheMainThreadEndsWithOurProcess) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::array<int, 2> told{};
  ASSERT_EQ(::pipe2(told.data(), O_CLOEXEC), 0);
  const int ended = in_child([&] {
    ProgramOptions options;
    options.out = true;
    const Program program({"/bin/sh", "-c", "echo up; exec sleep 20"}, options);
    const pid_t pid = program.pid();
    char up = 0;
    if (::read(program.out(), &up, 1) == 1 && ::write(told[1], &pid, sizeof pid) == sizeof pid) ::raise(SIGKILL);
    return 0;
  });
  EXPECT_EQ(ended, -1) << "it was killed";
  pid_t left = -1;
  ASSERT_EQ(::read(told[0], &left, sizeof left), static_cast<ssize_t>(sizeof left));
  for (const int end : told) ::close(end);
  int status = 0;
  EXPECT_EQ(::waitpid(left, &status, 0), left);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it went on";
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(Program, OnlyOneThatHasAGroupOfItsOwnIsNotInOurs) {
  const std::vector<std::string> tell_group{"/usr/bin/cut", "-d ", "-f5", "/proc/self/stat"};
  ProgramOptions options;
  options.out = true;
  Program ours(tell_group, options);
  EXPECT_EQ(ours.read_out(), std::to_string(::getpgrp()) + "\n");
  options.own_group = true;
  Program apart(tell_group, options);
  EXPECT_EQ(apart.read_out(), std::to_string(apart.pid()) + "\n");
}

TEST(Program, SaysHowItEndedAsAShellDoes) {
  EXPECT_EQ(Program({"/bin/sh", "-c", "exit 7"}).wait(), 7);
  EXPECT_EQ(Program({"/bin/sh", "-c", "kill -9 $$"}).wait(), 137);
  EXPECT_EQ(Program({"/no/such/program"}).wait(), 127);
}

TEST(Program, CanBeWaitedForUntilItStopsItself) {
  Program program({"/bin/sh", "-c", "kill -STOP $$; exit 4"});
  EXPECT_TRUE(program.wait_until_stopped());
  EXPECT_FALSE(program.has_ended());
  program.signal(SIGCONT);
  EXPECT_TRUE(program.has_ended(30'000));
  EXPECT_EQ(program.wait(), 4);
}

TEST(Program, TheLastLineIsThatOfACommandThatSucceeds) {
  EXPECT_EQ(last_line_of("echo one; echo two"), "two");
  EXPECT_EQ(last_line_of("echo one; exit 1"), "");
}

}  // namespace
}  // namespace imagegen::test
