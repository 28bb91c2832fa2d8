#include <imagegen/testing/contract/spool_contract.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "spend/spool_file.hpp"
#include "spend/spool_folder.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/child_process.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using spend::on_spool_step;
using spend::SpoolStep;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class FolderSpoolHarness final : public SpoolHarness {
 public:
  Spool& spool() override { return *spool_; }

 private:
  TempFolder folder_;
  std::unique_ptr<Spool> spool_ = make_folder_spool(folder_.path() / "state" / "spool").value();
};

INSTANTIATE_TEST_SUITE_P(Folder, SpoolContract, testing::Values(harness<FolderSpoolHarness>()));

// In a child process, so that what is done there ends with it. \return Its exit code; -1 when it was killed.
SpoolStep bad_step = SpoolStep::finished;
int refuse_step(SpoolStep step) {
  return step == bad_step ? ENOSPC : 0;
}
int steps_left = 0;
int kill_at_the_end(SpoolStep) {
  if (steps_left-- == 0) ::kill(::getpid(), SIGKILL);
  return 0;
}

struct Hook {
  explicit Hook(spend::SpoolStepHook hook) { on_spool_step = hook; }
  ~Hook() { on_spool_step = nullptr; }
};

class FolderSpool : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "spool"; }
  std::filesystem::path file_of(const std::string& purchase) const { return path() / spend::spool_file_name(purchase); }
  std::vector<std::string> ids() {
    std::vector<std::string> found;
    for (const auto& entry : spool_->list({}).value().pictures) found.push_back(entry.purchase_id);
    return found;
  }
  std::size_t files() const {
    const std::filesystem::directory_iterator all(path());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  TempFolder folder_;
  std::unique_ptr<Spool> spool_ = make_folder_spool(path()).value();
};

TEST_F(FolderSpool, TouchesNothingBeforeItIsNeeded) {
  EXPECT_TRUE(ids().empty());
  EXPECT_THAT(spool_->remove("j/0/1"), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(FolderSpool, IsForItsUserAlone) {
  const mode_t before = ::umask(0);
  ASSERT_THAT(spool_->put(spooled_picture("j/0/1")), IsOk());
  ::umask(before);
  struct stat folder {}, file {};
  ASSERT_EQ(::stat(path().c_str(), &folder), 0);
  ASSERT_EQ(::stat(file_of("j/0/1").c_str(), &file), 0);
  EXPECT_EQ(folder.st_mode & 0777U, 0700U);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
}

TEST_F(FolderSpool, CanBeReadByPeople) {
  ASSERT_THAT(spool_->put(spooled_picture("imgjob_1/0/1", "masters/a.png", "the bytes\nof it")), IsOk());
  EXPECT_EQ(file_of("imgjob_1/0/1").filename(), "imgjob_1%2f0%2f1.picture");
  const auto text = read_file(file_of("imgjob_1/0/1"));
  EXPECT_THAT(text, AllOf(HasSubstr(R"("purchase":"imgjob_1/0/1")"), HasSubstr(R"("key":"masters/a.png")")));
  const auto second = text.find('\n', text.find('\n') + 1);
  EXPECT_EQ(text.substr(second + 1), "the bytes\nof it") << "what `tail -n +3` gives";
}

TEST_F(FolderSpool, SaysWhyTheFolderCannotBeMade) {
  write_file(folder_.path() / "file", "x");
  const auto spool = make_folder_spool(folder_.path() / "file" / "spool").value();
  EXPECT_THAT(spool->put(spooled_picture("j/0/1")),
              FailsSaying(Errc::storage_failed, AllOf(HasSubstr("file/spool"), HasSubstr("Not a directory"))));
  const auto in_proc = make_folder_spool("/proc/imagegen-spool").value();
  EXPECT_THAT(in_proc->put(spooled_picture("j/0/1")), testing::Not(IsOk()));
  EXPECT_THAT(make_folder_spool(""), FailsWith(Errc::invalid_argument));
}

TEST_F(FolderSpool, AStepThatFailsLeavesTheOldPictureAndNothingElse) {
  ASSERT_THAT(spool_->put(spooled_picture("j/0/1", "masters/a.png", "old")), IsOk());
  using enum SpoolStep;
  for (const auto step : {open_temp, write_temp, sync_temp, rename}) {
    const Hook hook(refuse_step);
    bad_step = step;
    const auto put = spool_->put(spooled_picture("j/0/1", "masters/a.png", "new"));
    EXPECT_THAT(put, FailsSaying(Errc::storage_failed, HasSubstr("No space left")));
    EXPECT_EQ(put.error().retry, Retry::later);
    EXPECT_EQ(as_text(spool_->find("j/0/1").value()->file), "old");
    EXPECT_EQ(files(), 1U);
  }
}

TEST_F(FolderSpool, SaysSoWhenOnlyTheLastSyncFailed) {
  const Hook hook(refuse_step);
  bad_step = SpoolStep::sync_folder;
  EXPECT_THAT(spool_->put(spooled_picture("j/0/1")), FailsSaying(Errc::storage_failed, HasSubstr("kept, but")));
  EXPECT_THAT(ids(), ElementsAre("j/0/1"));
}

TEST_F(FolderSpool, KilledAtAnyStepItHoldsAWholePictureOrNone) {
  int step = 0, kept = 0;
  for (int killed = -1; killed == -1; ++step) {
    std::filesystem::remove_all(path());
    killed = in_child([&] {
      steps_left = step;
      on_spool_step = kill_at_the_end;
      return spool_->put(spooled_picture("j/0/1", "masters/a.png", std::string(2'500'000, 'x'))) ? 0 : 1;
    });
    const auto page = spool_->list({}).value();
    EXPECT_TRUE(page.damaged.empty()) << "step " << step;
    if (page.pictures.empty()) continue;
    ++kept;
    EXPECT_EQ(spool_->find("j/0/1").value()->file.size(), 2'500'000U) << "step " << step;
  }
  EXPECT_GT(step, 8);
  EXPECT_EQ(kept, 3) << "killed before the folder is synced, before the end, and not killed";
}

TEST_F(FolderSpool, WhatKilledProcessesLeftIsRemovedAfterADay) {
  ASSERT_THAT(spool_->put(spooled_picture("j/0/1")), IsOk());
  const auto old = path() / ".put-old", fresh = path() / ".put-fresh";
  write_file(old, "half a pic"), write_file(fresh, "half a pic");
  std::filesystem::last_write_time(old, std::filesystem::file_time_type::clock::now() - std::chrono::hours(25));
  EXPECT_THAT(ids(), ElementsAre("j/0/1"));
  ASSERT_THAT(make_folder_spool(path()).value()->put(spooled_picture("j/1/1")), IsOk());
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(fresh)) << "somebody may be writing it";
}

TEST_F(FolderSpool, ReportsWhatIsDamagedByNameAndLeavesIt) {
  for (const auto* id : {"cut/0/1", "bits/0/1", "head/0/1", "good/0/1"})
    ASSERT_THAT(spool_->put(spooled_picture(id, "masters/" + std::string(id))), IsOk());
  auto text = read_file(file_of("cut/0/1"));
  write_file(file_of("cut/0/1"), text.substr(0, text.size() - 3));
  text = read_file(file_of("bits/0/1"));
  text.back() = '!';
  write_file(file_of("bits/0/1"), text);
  text = read_file(file_of("head/0/1"));
  text[text.find("masters")] = 'M';
  write_file(file_of("head/0/1"), text);

  const auto page = spool_->list({}).value();
  EXPECT_THAT(page.damaged, testing::UnorderedElementsAre(
                                AllOf(HasSubstr("cut%2f0%2f1.picture"), HasSubstr("left as it is")),
                                AllOf(HasSubstr("head%2f0%2f1.picture"), HasSubstr("first line has changed"))));
  EXPECT_THAT(ids(), ElementsAre("bits/0/1", "good/0/1")) << "bytes are compared when they are read";
  EXPECT_THAT(spool_->find("cut/0/1"), FailsSaying(Errc::corrupt_data, HasSubstr("cut%2f0%2f1.picture")));
  EXPECT_THAT(spool_->find("bits/0/1"), FailsSaying(Errc::corrupt_data, HasSubstr("bits%2f0%2f1.picture")));
  EXPECT_THAT(spool_->find_key(ObjectKey::parse("masters/bits/0/1").value()), FailsWith(Errc::corrupt_data));
  EXPECT_FALSE(spool_->find_key(ObjectKey::parse("masters/head/0/1").value()).value());
  EXPECT_EQ(files(), 4U);
}

TEST_F(FolderSpool, FilesOfOthersAreNotPictures) {
  ASSERT_THAT(spool_->put(spooled_picture("j/0/1")), IsOk());
  write_file(path() / "README", "x");
  std::filesystem::create_symlink("/dev/zero", path() / "link.picture");
  ASSERT_EQ(::mkfifo((path() / "pipe.picture").c_str(), 0600), 0);
  const auto page = spool_->list({}).value();
  EXPECT_EQ(page.pictures.size(), 1U);
  EXPECT_EQ(page.damaged.size(), 2U);
}

TEST_F(FolderSpool, IsSharedByProcesses) {
  std::vector<pid_t> children;
  for (int c = 0; c < 4; ++c) {
    const pid_t child = ::fork();
    if (child == 0) {
      bool good = true;
      for (int i = 0; i < 10; ++i) {
        const auto id = "j/" + std::to_string(c * 10 + i) + "/1";
        const auto own = make_folder_spool(path()).value();
        good = good && own->put(spooled_picture(id, "masters/" + id)) && own->put(spooled_picture("same/0/1")) &&
               own->find(id).value() && own->list({})->damaged.empty();
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(ids().size(), 41U);
}

TEST_F(FolderSpool, AFullDiskLosesNothingThatWasKept) {
  expect_on_small_disk(folder_.path(), "256k", [&] {
    if (!spool_->put(spooled_picture("j/0/1"))) return 1;
    const auto full = spool_->put(spooled_picture("j/1/1", "masters/b.png", std::string(1'000'000, 'x')));
    if (full || full.error().code != Errc::storage_failed || files() != 1) return 2;
    if (!spool_->find("j/0/1").value()) return 3;
    return spool_->put(spooled_picture("j/2/1")) ? 0 : 4;
  });
}

}  // namespace
}  // namespace imagegen::test
