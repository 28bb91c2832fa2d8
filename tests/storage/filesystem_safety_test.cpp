#include "storage/file_tree.hpp"
#include "storage/support/temp_folder.hpp"

#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <thread>

// Keys and links that try to leave the root, and names that are no objects.
namespace imagegen::detail {
namespace {

namespace fs = std::filesystem;
using test::FailsSaying;
using test::FailsWith;
using test::IsOk;
using test::read_file;
using test::TempFolder;
using test::write_file;
using testing::HasSubstr;

ObjectKey key_of(std::string text) {
  return ObjectKey::parse(std::move(text)).value();
}

class FilesystemSafety : public testing::Test {
 protected:
  std::string text_at(const std::string& key) {
    const auto bytes = tree_.get(key_of(key), 1000);
    return bytes ? std::string(as_text(*bytes)) : std::string(to_string(bytes.error().code));
  }
  std::vector<std::string> keys() {
    std::vector<std::string> out;
    for (const auto& info : tree_.list("", 100, "").value()) out.push_back(info.key);
    return out;
  }

  TempFolder folder_;
  TempFolder outside_;
  fs::path root_ = folder_.path() / "root";
  FileTree tree_ = FileTree::open(root_).value();
};

TEST_F(FilesystemSafety, FollowsNoLinkToAFolder) {
  write_file(outside_.path() / "secret", "s");
  fs::create_directory_symlink(outside_.path(), root_ / "link");
  EXPECT_THAT(tree_.put(key_of("link/new"), as_bytes("x"), false),
              FailsSaying(Errc::permission_denied, HasSubstr("link")));
  EXPECT_THAT(tree_.put(key_of("link/deep/new"), as_bytes("x"), true), FailsWith(Errc::permission_denied));
  EXPECT_THAT(tree_.get(key_of("link/secret"), 10), FailsWith(Errc::permission_denied));
  EXPECT_THAT(tree_.head(key_of("link/secret")), FailsWith(Errc::permission_denied));
  EXPECT_THAT(tree_.remove(key_of("link/secret")), FailsWith(Errc::permission_denied));
  EXPECT_THAT(keys(), testing::IsEmpty());
  EXPECT_EQ(std::distance(fs::directory_iterator(outside_.path()), {}), 1);
}

TEST_F(FilesystemSafety, FollowsNoLinkToAFile) {
  write_file(outside_.path() / "secret", "s");
  fs::create_symlink(outside_.path() / "secret", root_ / "a");
  EXPECT_THAT(tree_.get(key_of("a"), 10), FailsSaying(Errc::permission_denied, HasSubstr("link")));
  EXPECT_THAT(tree_.head(key_of("a")), FailsWith(Errc::permission_denied));
  EXPECT_THAT(tree_.remove(key_of("a")), FailsWith(Errc::permission_denied));
  EXPECT_THAT(tree_.put(key_of("a"), as_bytes("x"), true), FailsWith(Errc::already_exists));
  EXPECT_THAT(keys(), testing::IsEmpty());
  EXPECT_EQ(read_file(outside_.path() / "secret"), "s");
}

TEST_F(FilesystemSafety, ReplacesALinkInsteadOfWritingThroughIt) {
  write_file(outside_.path() / "secret", "s");
  fs::create_symlink(outside_.path() / "secret", root_ / "a");
  ASSERT_THAT(tree_.put(key_of("a"), as_bytes("x"), false), IsOk());
  EXPECT_FALSE(fs::is_symlink(root_ / "a"));
  EXPECT_EQ(read_file(outside_.path() / "secret"), "s");
  EXPECT_EQ(text_at("a"), "x");
}

TEST_F(FilesystemSafety, PutsNoUnfinishedFileThroughALink) {
  fs::remove_all(root_ / kTempFolder);
  fs::create_directory_symlink(outside_.path(), root_ / kTempFolder);
  EXPECT_THAT(tree_.put(key_of("a"), as_bytes("x"), false), FailsWith(Errc::permission_denied));
  EXPECT_TRUE(fs::is_empty(outside_.path()));
  EXPECT_EQ(FileTree::open(root_).error().code, Errc::permission_denied);
}

TEST_F(FilesystemSafety, StaysInsideWhileAFolderIsSwappedForALink) {
  const auto folder = root_ / "d", link = folder_.path() / "link";
  fs::create_directory(folder);
  fs::create_directory_symlink(outside_.path(), link);
  std::atomic<bool> stop = false;
  std::thread swapper([&] {
    while (!stop) ::syscall(SYS_renameat2, AT_FDCWD, folder.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  int stored = 0;
  for (int i = 0; i < 300; ++i)
    stored += tree_.put(key_of("d/e" + std::to_string(i)), as_bytes("x"), i % 2 == 0) ? 1 : 0;
  stop = true;
  swapper.join();
  const auto real = fs::is_symlink(folder) ? link : folder;
  EXPECT_EQ(std::distance(fs::directory_iterator(real), {}), stored);
  EXPECT_TRUE(fs::is_empty(outside_.path()));
}

TEST_F(FilesystemSafety, KeepsTheFolderOfUnfinishedFilesToItself) {
  for (const auto* key : {".imagegen-tmp", ".imagegen-tmp/a", ".imagegen-tmp/a/b", ".Imagegen-TMP/a"}) {
    EXPECT_THAT(tree_.put(key_of(key), as_bytes("x"), false), FailsWith(Errc::invalid_argument)) << key;
    EXPECT_THAT(tree_.get(key_of(key), 10), FailsWith(Errc::invalid_argument)) << key;
    EXPECT_THAT(tree_.remove(key_of(key)), FailsWith(Errc::invalid_argument)) << key;
  }
  write_file(root_ / kTempFolder / "put-1", "x");
  ASSERT_THAT(tree_.put(key_of("a/.imagegen-tmp"), as_bytes("x"), false), IsOk());
  EXPECT_THAT(keys(), testing::ElementsAre("a/.imagegen-tmp"));
}

TEST_F(FilesystemSafety, RefusesSegmentsThatNoFileCanHave) {
  const std::string longest(255, 'a');
  EXPECT_THAT(tree_.put(key_of(longest + "/" + longest), as_bytes("x"), false), IsOk());
  EXPECT_THAT(tree_.put(key_of("b/" + longest + "a"), as_bytes("x"), false), FailsWith(Errc::limit_exceeded));
  EXPECT_FALSE(fs::exists(root_ / "b"));
}

TEST_F(FilesystemSafety, SaysWhenAFolderOrAFileIsInTheWay) {
  ASSERT_THAT(tree_.put(key_of("a/b"), as_bytes("x"), false), IsOk());
  for (const bool only_if_absent : {false, true}) {
    EXPECT_THAT(tree_.put(key_of("a"), as_bytes("y"), only_if_absent),
                FailsSaying(Errc::storage_failed, HasSubstr("there is a folder of this name")));
    EXPECT_THAT(tree_.put(key_of("a/b/c"), as_bytes("y"), only_if_absent),
                FailsSaying(Errc::storage_failed, HasSubstr("\"b\" is a file")));
  }
  EXPECT_EQ(text_at("a/b"), "x");
  EXPECT_TRUE(fs::is_empty(root_ / kTempFolder));
}

TEST_F(FilesystemSafety, SeesNoObjectInFoldersAndPipes) {
  fs::create_directory(root_ / "folder");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0666), 0);
  for (const auto* key : {"folder", "pipe", "folder/x/y"}) {
    EXPECT_FALSE(tree_.head(key_of(key)).value().has_value()) << key;
    EXPECT_EQ(text_at(key), "NOT_FOUND");
    EXPECT_THAT(tree_.remove(key_of(key)), IsOk());
  }
  EXPECT_TRUE(fs::exists(root_ / "pipe"));
  EXPECT_THAT(keys(), testing::IsEmpty());
}

TEST_F(FilesystemSafety, ListsNoNameThatIsNoKey) {
  write_file(root_ / "back\\slash", "x");
  write_file(root_ / "bad\xFFutf8", "x");
  write_file(root_ / "line\nbreak", "x");
  write_file(root_ / "good", "x");
  EXPECT_THAT(keys(), testing::ElementsAre("good"));
}

TEST_F(FilesystemSafety, ListsDeepFoldersWithFewOpenFiles) {
  std::string deep;
  for (int i = 0; i < 400; ++i) deep += "d/";
  ASSERT_THAT(tree_.put(key_of(deep + "x"), as_bytes("x"), false), IsOk());
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{40, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  const auto found = tree_.list("d/", 10, "");
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->size(), 1U);
}

TEST_F(FilesystemSafety, HasAnotherEtagForEachOfManyQuickOverwrites) {
  std::set<std::string> etags;
  for (char c = 'A'; c < 'A' + 50; ++c) etags.insert(tree_.put(key_of("a"), as_bytes(std::string(3, c)), false)->etag);
  EXPECT_EQ(etags.size(), 50U);
}

// Changes the time of last change of a file by so many hours.
void age(const fs::path& path, int hours) {
  fs::last_write_time(path, fs::last_write_time(path) - std::chrono::hours(hours));
}

TEST_F(FilesystemSafety, RemovesOnlyItsOwnStaleFilesAtStart) {
  const auto temps = root_ / kTempFolder;
  for (const auto* name : {"put-old", "put-fresh", "other-old"}) write_file(temps / name, "x");
  fs::create_directory(temps / "put-folder");
  age(temps / "put-old", 25);
  age(temps / "put-fresh", 23);
  age(temps / "other-old", 25);
  age(temps / "put-folder", 25);
  ASSERT_TRUE(FileTree::open(root_).has_value());
  EXPECT_FALSE(fs::exists(temps / "put-old"));
  EXPECT_TRUE(fs::exists(temps / "put-fresh"));
  EXPECT_TRUE(fs::exists(temps / "other-old"));
  EXPECT_TRUE(fs::exists(temps / "put-folder"));
}

TEST_F(FilesystemSafety, DerivesTheContentTypeFromTheName) {
  for (const auto& [name, type] :
       {std::pair("a.webp", "image/webp"), std::pair("a.JPG", "image/jpeg"), std::pair("a.json", "application/json"),
        std::pair("a.txt", "text/plain; charset=utf-8"), std::pair("webp", "application/octet-stream")}) {
    EXPECT_EQ(tree_.put(key_of(name), as_bytes("x"), false)->content_type, type);
  }
}

}  // namespace
}  // namespace imagegen::detail
