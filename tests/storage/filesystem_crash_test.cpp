#include "storage/file_tree.hpp"
#include "storage/support/temp_folder.hpp"

#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <vector>

// What is left when a process dies, or the disk fails, before each single step of a put.
namespace imagegen::detail {
namespace {

using test::FailsWith;
using test::IsOk;
using test::TempFolder;

const ObjectKey kKey = ObjectKey::parse("new/folder/a.webp").value();
const std::string kOld(1'500'000, 'o');
const std::string kNew(3'000'000, 'n');  // three pieces

enum class Links { yes, no };

std::atomic<int> steps_before_the_end = 0;
Links links = Links::yes;

// As a file system without hard links answers.
int refuse_links(FilesystemStep step) {
  return links == Links::no && step == FilesystemStep::link_name ? EPERM : 0;
}

int kill_at_the_end(FilesystemStep step) {
  if (steps_before_the_end.fetch_sub(1) == 0) ::kill(::getpid(), SIGKILL);
  return refuse_links(step);
}

/// Restores the hook.
struct Hook {
  explicit Hook(FilesystemStepHook hook) { on_filesystem_step = hook; }
  ~Hook() { on_filesystem_step = nullptr; }
};

/// Runs `work` in a child process that kills itself before its step `number`, counted from 0.
/// \return False when it came to its end before that.
bool dies_at(int number, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    steps_before_the_end = number;
    on_filesystem_step = kill_at_the_end;
    work();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/// Files below `root` but the object itself and those in the folder for unfinished ones.
std::vector<std::string> strangers(const std::filesystem::path& root) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto path = entry.path().lexically_relative(root).string();
    const bool expected = path == kKey.str() || path.starts_with(kTempFolder);
    if (entry.is_regular_file() && !expected) out.push_back(path);
  }
  return out;
}

std::string content(const FileTree& tree) {
  const auto bytes = tree.get(kKey, 10'000'000);
  if (!bytes) return std::string(to_string(bytes.error().code));
  return std::string(as_text(*bytes));
}

struct Scenario {
  std::string name;
  Links links;
  bool only_if_absent;
  std::string before;  ///< What is stored at first; empty: nothing.
};

void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

class KilledPut : public testing::TestWithParam<Scenario> {};

TEST_P(KilledPut, LeavesTheOldOrTheNewAndNeverAPart) {
  const auto& scenario = GetParam();
  links = scenario.links;
  const std::string before = scenario.before.empty() ? "NOT_FOUND" : scenario.before;
  int step = 0;
  bool saw_old = false, saw_new = false;
  for (bool died = true; died; ++step) {
    const TempFolder folder;
    const auto tree = FileTree::open(folder.path()).value();
    if (!scenario.before.empty()) {
      ASSERT_THAT(tree.put(kKey, as_bytes(scenario.before), false), IsOk());
    }
    died = dies_at(step, [&] { (void)tree.put(kKey, as_bytes(kNew), scenario.only_if_absent); });
    const auto found = content(tree);
    ASSERT_TRUE(found == before || found == kNew) << "step " << step << " left " << found.size() << " bytes";
    EXPECT_THAT(strangers(folder.path()), testing::IsEmpty()) << "step " << step;
    saw_old |= found == before;
    saw_new |= found == kNew;

    // Whatever was left, the same call can simply be made again.
    const auto again = tree.put(kKey, as_bytes(kNew), scenario.only_if_absent);
    EXPECT_EQ(again.has_value(), !scenario.only_if_absent || found == before) << "step " << step;
    EXPECT_TRUE(content(tree) == kNew) << "step " << step;
  }
  EXPECT_GT(step, 7);
  EXPECT_TRUE(saw_old);
  EXPECT_TRUE(saw_new);
}

INSTANTIATE_TEST_SUITE_P(AtEveryStep, KilledPut,
                         testing::Values(Scenario{"Conditional", Links::yes, true, ""},
                                         Scenario{"ConditionalWithoutLinks", Links::no, true, ""},
                                         Scenario{"Unconditional", Links::yes, false, ""},
                                         Scenario{"Overwriting", Links::yes, false, kOld}),
                         [](const auto& info) { return info.param.name; });

std::vector<FilesystemStep> recorded;
int record(FilesystemStep step) {
  recorded.push_back(step);
  return refuse_links(step);
}

TEST(PutSteps, SyncTheFileBeforeAndTheFoldersAroundItsName) {
  using enum FilesystemStep;
  const TempFolder folder;
  links = Links::yes;
  const auto tree = FileTree::open(folder.path()).value();
  const Hook hook(record);
  recorded.clear();
  ASSERT_THAT(tree.put(kKey, as_bytes("x"), true), IsOk());
  EXPECT_THAT(recorded, testing::ElementsAre(open_temp, write_temp, sync_temp, make_folder, sync_parent, make_folder,
                                             sync_parent, link_name, sync_folder, unlink_temp, finished));
  recorded.clear();
  ASSERT_THAT(tree.put(kKey, as_bytes("y"), false), IsOk());
  EXPECT_THAT(recorded, testing::ElementsAre(open_temp, write_temp, sync_temp, rename_over, sync_folder, finished));
}

TEST(PutSteps, RenameWithoutReplacingWhereThereAreNoLinks) {
  using enum FilesystemStep;
  const TempFolder folder;
  const auto tree = FileTree::open(folder.path()).value();
  links = Links::no;
  const Hook hook(record);
  recorded.clear();
  ASSERT_THAT(tree.put(kKey, as_bytes("x"), true), IsOk());
  EXPECT_THAT(recorded, testing::IsSupersetOf({link_name, rename_new, sync_folder}));
  EXPECT_THAT(tree.put(kKey, as_bytes("y"), true), FailsWith(Errc::already_exists));
  EXPECT_EQ(content(tree), "x");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / kTempFolder));
}

FilesystemStep failing_step = FilesystemStep::finished;
int fail_once(FilesystemStep step) {
  return step == failing_step ? ENOSPC : 0;
}

TEST(FailedPut, LeavesNothing) {
  using enum FilesystemStep;
  for (const auto step : {make_folder, sync_parent, open_temp, write_temp, sync_temp, link_name}) {
    const TempFolder folder;
    const auto tree = FileTree::open(folder.path()).value();
    const Hook hook(fail_once);
    failing_step = step;
    const auto stored = tree.put(kKey, as_bytes(kNew), true);
    EXPECT_THAT(stored, FailsWith(Errc::storage_failed)) << static_cast<int>(step);
    EXPECT_EQ(stored.error().retry, Retry::later);
    EXPECT_EQ(content(tree), "NOT_FOUND");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / kTempFolder)) << static_cast<int>(step);
  }
}

TEST(FailedPut, LeavesTheOldObjectWhenItWouldHaveReplacedIt) {
  const TempFolder folder;
  const auto tree = FileTree::open(folder.path()).value();
  ASSERT_THAT(tree.put(kKey, as_bytes(kOld), false), IsOk());
  const Hook hook(fail_once);
  failing_step = FilesystemStep::rename_over;
  EXPECT_THAT(tree.put(kKey, as_bytes(kNew), false), FailsWith(Errc::storage_failed));
  EXPECT_TRUE(content(tree) == kOld);
}

TEST(FailedPut, SaysSoWhenOnlyTheLastSyncFailed) {
  const TempFolder folder;
  const auto tree = FileTree::open(folder.path()).value();
  const Hook hook(fail_once);
  failing_step = FilesystemStep::sync_folder;
  const auto stored = tree.put(kKey, as_bytes(kNew), true);
  EXPECT_THAT(stored, test::FailsSaying(Errc::storage_failed, testing::HasSubstr("stored, but")));
  EXPECT_TRUE(content(tree) == kNew);
}

TEST(ConditionalPut, IsWonByOneOfSeveralProcesses) {
  const TempFolder folder;
  const auto tree = FileTree::open(folder.path()).value();
  std::vector<pid_t> children;
  for (char c = 'a'; c < 'g'; ++c) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(tree.put(kKey, as_bytes(std::string(300'000, c)), true) ? 0 : 1);
    children.push_back(child);
  }
  int won = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    won += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  EXPECT_EQ(won, 1);
  const auto found = content(tree);
  EXPECT_EQ(found, std::string(300'000, found.front()));
}

}  // namespace
}  // namespace imagegen::detail
