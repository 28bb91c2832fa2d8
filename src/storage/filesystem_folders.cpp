#include "storage/filesystem_folders.hpp"

#include <imagegen/core/shown_text.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace imagegen::detail {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// The kernel says "not a directory" for links as well; which of the two it is decides who has to act.
Error not_a_folder(int parent, const std::string& name, int number) {
  struct stat info {};
  const bool known = ::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (known && S_ISLNK(info.st_mode)) {
    return {Errc::permission_denied, in_quotes(name) + " is a link, and links are not followed"};
  }
  if (known && !S_ISDIR(info.st_mode)) {
    return {Errc::storage_failed, in_quotes(name) + " is a file, so nothing can be stored below it"};
  }
  return error_of_errno(number, "open folder " + in_quotes(name));
}

Result<FileHandle> open_folder(int parent, const std::string& name) {
  FileHandle handle(::openat(parent, name.c_str(), kFolderFlags));
  if (handle) return handle;
  if (errno == ENOENT) return Error{Errc::not_found, "no folder " + in_quotes(name)};
  return not_a_folder(parent, name, errno);
}

// The parent is synced also when somebody else has just made the folder, because they may not have come so far yet.
Result<void> make_folder(const FileHandle& parent, const std::string& name) {
  int failed = before_step(FilesystemStep::make_folder);
  if (failed == 0 && ::mkdirat(parent.get(), name.c_str(), 0777) != 0 && errno != EEXIST) failed = errno;
  if (failed != 0) return error_of_errno(failed, "make folder " + in_quotes(name));
  failed = before_step(FilesystemStep::sync_parent);
  if (failed == 0) failed = sync_handle(parent);
  if (failed != 0) return error_of_errno(failed, "sync the parent of " + in_quotes(name));
  return {};
}

Result<FileHandle> open_or_make(const FileHandle& parent, const std::string& name, IfMissing if_missing) {
  auto opened = open_folder(parent.get(), name);
  if (opened || if_missing == IfMissing::fail || opened.error().code != Errc::not_found) return opened;
  if (auto made = make_folder(parent, name); !made) return made.error();
  return open_folder(parent.get(), name);
}

// Any case, because some file systems do not tell them apart.
bool is_temp_folder(std::string_view name) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::equal(name.begin(), name.end(), kTempFolder.begin(), kTempFolder.end(), same);
}

}  // namespace

Result<FilePath> file_path_of(const ObjectKey& key) {
  FilePath path;
  std::string_view rest = key.str();
  for (;;) {
    const auto slash = rest.find('/');
    const std::string segment(rest.substr(0, slash));
    if (segment.size() > kMaxNameBytes) {
      return Error{Errc::limit_exceeded,
                   "key: expected segments of at most 255 bytes, got " + std::to_string(segment.size())};
    }
    if (slash == std::string_view::npos) {
      path.name = segment;
      break;
    }
    path.folders.push_back(segment);
    rest.remove_prefix(slash + 1);
  }
  if (is_temp_folder(path.folders.empty() ? path.name : path.folders.front())) {
    return Error{Errc::invalid_argument,
                 "key: \"" + std::string(kTempFolder) + "\" holds unfinished files of the store"};
  }
  return path;
}

Result<FileHandle> open_folders(const FileHandle& root, const std::vector<std::string>& folders, IfMissing if_missing) {
  // "." gives a descriptor of its own, so that every caller owns what it gets.
  auto current = open_folder(root.get(), ".");
  for (const auto& name : folders) {
    if (!current) return current;
    current = open_or_make(*current, name, if_missing);
  }
  return current;
}

}  // namespace imagegen::detail
