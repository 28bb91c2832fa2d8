#include "support/child_process.hpp"

#include <imagegen/testing/contract/contract_test.hpp>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace imagegen::test {
namespace {

constexpr int kNoDisk = 77;

}  // namespace

int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void expect_on_small_disk(const std::string& folder, const std::string& size, const std::function<int()>& work) {
  const int ended = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNoDisk;
    if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) return kNoDisk;
    return work();
  });
  if (ended == kNoDisk) return fail_or_skip("expected a user who may mount a disk of its own");
  EXPECT_EQ(ended, 0);
}

void fill_disk(const std::string& folder) {
  for (const std::size_t piece : {65536U, 4096U}) {
    std::ofstream out(folder + "/fill-" + std::to_string(piece), std::ios::binary);
    while (out.write(std::string(piece, 'f').data(), static_cast<std::streamsize>(piece)).flush()) {
    }
  }
}

}  // namespace imagegen::test
