// A run that is killed at any moment leaves whole files or none under their names, and the next run goes on with it.
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
      if (folder.pictures().size() >= count) return;
    } catch (const std::filesystem::filesystem_error&) {  // a folder changed while it was read
    }
  }
}

TEST_F(HeroesKill, LeavesNoHalfWrittenFileAndNothingIsBoughtTwice) {
  for (std::size_t count = 0; count <= 11; ++count) {
    SCOPED_TRACE("killed at " + std::to_string(count) + " files");
    const Folder folder;
    const FakeOpenAi first, second;
    auto with = environment();
    with["OPENAI_BASE_URL"] = first.base_url();
    {
      Process process(arguments(), with, folder.path());
      wait_for_files(folder, count, process);
      process.signal(SIGKILL);
      process.wait();
    }
    for (const auto& name : folder.pictures()) EXPECT_THAT(decode_image(as_bytes(folder.read(name))), IsOk()) << name;
    // A provider of its own: the first one may still be busy with a request of the killed run.
    with["OPENAI_BASE_URL"] = second.base_url();
    const auto ended = run_cli(arguments(), with, folder.path());
    EXPECT_LE(first.accepted() + second.accepted(), 3) << "whatever may have been bought is not bought again";
    if (ended.exit_code != 0) {
      EXPECT_THAT(ended.err, ::testing::HasSubstr("OUTCOME_UNKNOWN"));
    }
    EXPECT_EQ(run_cli(arguments({"--buy-unknown"}), with, folder.path()).exit_code, 0);
    EXPECT_THAT(folder.pictures(), SizeIs(9 + 3));
  }
}

}  // namespace
}  // namespace imagegen::test
