// A run that is killed at any moment leaves whole files or none under their names, and the next run completes it.
#include <imagegen/image/decode.hpp>

#include <signal.h>

#include <filesystem>

#include "cli/openai_setup.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::SizeIs;

using HeroesKill = OpenAiCommand;

// Waits until `count` files are under their names, by looking: the process has no way of telling that could be late.
void wait_for_files(const Folder& folder, std::size_t count, Process& process) {
  while (!process.has_ended()) {
    try {
      if (folder.files().size() >= count) return;
    } catch (const std::filesystem::filesystem_error&) {  // a folder changed while it was read
    }
  }
}

TEST_F(HeroesKill, LeavesNoHalfWrittenFileAndTheNextRunBuysOnlyWhatIsMissing) {
  for (std::size_t count = 0; count <= 11; ++count) {
    Folder folder;
    {
      Process process(arguments(), environment(), folder.path());
      wait_for_files(folder, count, process);
      process.signal(SIGKILL);
      process.wait();
    }
    int masters = 0;
    for (const auto& name : folder.files()) {
      EXPECT_THAT(decode_image(as_bytes(folder.read(name))), IsOk())
          << name << " after a kill at " << count << " files";
      masters += name.starts_with("out/masters/") ? 1 : 0;
    }
    // A provider of its own: the first one may still be busy with a request of the killed run.
    const FakeOpenAi second;
    auto with_second = environment();
    with_second["OPENAI_BASE_URL"] = second.base_url();
    EXPECT_EQ(run_cli(arguments(), with_second, folder.path()).exit_code, 0);
    EXPECT_EQ(second.accepted(), 3 - masters) << "a master that was stored is not bought again";
    EXPECT_THAT(folder.files(), SizeIs(9 + 3));
  }
}

}  // namespace
}  // namespace imagegen::test
