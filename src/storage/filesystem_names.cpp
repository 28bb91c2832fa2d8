#include "storage/filesystem_names.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace imagegen::detail {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

bool is_dots(std::string_view name) {
  return name == "." || name == "..";
}

// Some file systems do not tell the type with the name.
FolderEntry entry_of(const FileHandle& folder, const dirent& found) {
  if (found.d_type != DT_UNKNOWN) return {found.d_name, found.d_type == DT_DIR, found.d_type == DT_REG};
  struct stat info {};
  if (::fstatat(folder.get(), found.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return {found.d_name};
  return {found.d_name, S_ISDIR(info.st_mode), S_ISREG(info.st_mode)};
}

}  // namespace

Result<std::vector<FolderEntry>> read_entries(const FileHandle& folder) {
  // A descriptor of its own: fdopendir() takes it over, and a dup() would share the read position.
  const int own = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::unique_ptr<DIR, CloseFolder> stream(own < 0 ? nullptr : ::fdopendir(own));
  if (!stream) {
    const int failed = errno;
    if (own >= 0) ::close(own);
    return error_of_errno(failed, "read a folder");
  }
  std::vector<FolderEntry> entries;
  for (errno = 0; const auto* found = ::readdir(stream.get()); errno = 0) {
    if (!is_dots(found->d_name)) entries.push_back(entry_of(folder, *found));
  }
  if (errno != 0) return error_of_errno(errno, "read a folder");
  return entries;
}

}  // namespace imagegen::detail
