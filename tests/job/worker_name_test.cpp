#include <imagegen/job/worker.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "job/process_presence.hpp"

namespace imagegen::test {
namespace {

// The name that a process gives itself which has ended when this returns.
std::string name_of_a_dead_process() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    const auto name = worker_name();
    const auto written = write(ends[1], name.data(), name.size());
    _exit(written == static_cast<ssize_t>(name.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::array<char, 1024> text{};
  const auto length = read(ends[0], text.data(), text.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string();
}

TEST(WorkerName, IsDifferentEveryTime) {
  EXPECT_NE(worker_name(), worker_name());
}

TEST(WorkerName, OfThisProcessIsAlive) {
  EXPECT_FALSE(worker_is_gone(worker_name()));
  EXPECT_TRUE(worker_is_alive(worker_name()));
}

TEST(WorkerName, OfAProcessThatEndedIsGone) {
  const auto name = name_of_a_dead_process();
  ASSERT_FALSE(name.empty());
  EXPECT_TRUE(worker_is_gone(name));
  EXPECT_FALSE(worker_is_alive(name));
}

// As with hidepid, which shows a user nothing of others' processes.
TEST(WorkerName, OfALivingProcessThatIsHiddenIsNotGone) {
  const std::string nothing = "/proc/self/fdinfo";  // has no stat of any process
  EXPECT_EQ(presence_of(worker_name(), nothing), Presence::hidden);
  EXPECT_EQ(presence_of(worker_name()), Presence::alive);
  EXPECT_EQ(presence_of(name_of_a_dead_process(), nothing), Presence::gone);
}

TEST(WorkerName, OfAnotherHostOrFormIsNeverGone) {
  const auto name = name_of_a_dead_process();
  EXPECT_FALSE(worker_is_gone("x" + name));
  for (const auto* text : {"", "w", "a/b/c/1/2/3", "//////"})
    EXPECT_FALSE(worker_is_gone(text) || worker_is_alive(text)) << text;
  EXPECT_FALSE(worker_is_gone(name.substr(0, name.find('/')) + "/boot/pid:[1]/1/1/f"));
}

}  // namespace
}  // namespace imagegen::test
