#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "c_api.hpp"

// Programs that end in the middle of work: no hang, no crash. IMAGEGEN_C_EXIT_RUNS says how often each way is tried.
namespace imagegen::test {
namespace {

int runs() {
  const char* given = std::getenv("IMAGEGEN_C_EXIT_RUNS");
  return given ? std::atoi(given) : 4;
}

// What threads hold in their hands when a program ends is no leak.
void look_for_no_leaks() {
  const char* given = std::getenv("ASAN_OPTIONS");
  ::setenv("ASAN_OPTIONS", (given ? std::string(given) + ":detect_leaks=0" : "detect_leaks=0").c_str(), 1);
}

// How the child ended: its exit code, minus the signal, or -1000 where it had to be killed.
int end_of(const char* mode, int ms) {
  auto after = std::to_string(ms);
  const char* arguments[] = {IMAGEGEN_TEST_EXIT_CHILD, mode, after.c_str(), nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, arguments[0], nullptr, nullptr, const_cast<char**>(arguments), environ) != 0) return -2000;
  int status = 0;
  if (!until([&] { return ::waitpid(child, &status, WNOHANG) == child; })) {
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return -1000;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

class CExit : public testing::TestWithParam<const char*> {};

TEST_P(CExit, InTheMiddleOfWorkIsClean) {
  look_for_no_leaks();
  for (int run = 0; run < runs(); ++run) {
    const int ms = run * 7 % 40;
    ASSERT_EQ(end_of(GetParam(), ms), 0) << "run " << run << ", after " << ms << " ms";
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, CExit, testing::Values("return", "exit", "quick_exit", "close", "destroy"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace imagegen::test
