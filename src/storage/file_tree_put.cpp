#include "storage/file_tree.hpp"
#include "storage/filesystem_temp.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace imagegen::detail {
namespace {

// Where a finished file is to get its name.
struct Target {
  const FileHandle& temps;
  const FileHandle& folder;
  const std::string& name;
};

// By system call, because RENAME_NOREPLACE needs no newer libc that way.
int rename_without_replacing(const Target& target, const std::string& temp) {
  const auto failed = ::syscall(SYS_renameat2, target.temps.get(), temp.c_str(), target.folder.get(),
                                target.name.c_str(), RENAME_NOREPLACE);
  return failed == 0 ? 0 : errno;
}

bool means_no_hard_links(int number) {
  return number == EPERM || number == ENOTSUP || number == EOPNOTSUPP || number == ENOSYS;
}

// Gives the file its name if nothing has it. The temporary name stays after a link, and goes with its owner.
int publish_new(const Target& target, TempFile& temp) {
  int failed = before_step(FilesystemStep::link_name);
  if (failed == 0 &&
      ::linkat(target.temps.get(), temp.name().c_str(), target.folder.get(), target.name.c_str(), 0) != 0) {
    failed = errno;
  }
  if (!means_no_hard_links(failed)) return failed;
  failed = before_step(FilesystemStep::rename_new);
  if (failed == 0) failed = rename_without_replacing(target, temp.name());
  if (failed == 0) temp.forget_name();
  return failed;
}

int publish_over(const Target& target, TempFile& temp) {
  int failed = before_step(FilesystemStep::rename_over);
  if (failed == 0 &&
      ::renameat(target.temps.get(), temp.name().c_str(), target.folder.get(), target.name.c_str()) != 0) {
    failed = errno;
  }
  if (failed == 0) temp.forget_name();
  return failed;
}

Error publish_failed(const Target& target, int number) {
  struct stat info {};
  const bool known = ::fstatat(target.folder.get(), target.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (known && S_ISDIR(info.st_mode)) {
    return {Errc::storage_failed, "there is a folder of this name, so no object can have it"};
  }
  if (number == EEXIST) return {Errc::already_exists, "the key is taken"};
  if (number == EXDEV) return {Errc::storage_failed, "the folder is on another file system than the root"};
  if (number == EINVAL) return {Errc::unsupported, "the file system can neither link nor rename without replacing"};
  return error_of_errno(number, "move the file to its name");
}

Result<ObjectInfo> put_file(const FileHandle& root, const ObjectKey& key, ByteView data, bool only_if_absent) {
  const auto path = file_path_of(key);
  if (!path) return path.error();
  const auto temps = open_folders(root, {std::string(kTempFolder)}, IfMissing::make);
  if (!temps) return temps.error();
  auto temp = TempFile::make(*temps);
  if (!temp) return temp.error();
  if (auto written = temp->write(data); !written) return written.error();
  if (auto finished = temp->finish(); !finished) return finished.error();

  const auto folder = open_folders(root, path->folders, IfMissing::make);
  if (!folder) return folder.error();
  const Target target{*temps, *folder, path->name};
  const int failed = only_if_absent ? publish_new(target, *temp) : publish_over(target, *temp);
  if (failed != 0) return publish_failed(target, failed);
  int unsynced = before_step(FilesystemStep::sync_folder);
  if (unsynced == 0) unsynced = sync_handle(*folder);
  // The object has its name and stays: taking it away again could take away what somebody else has put there since.
  if (unsynced != 0) return error_of_errno(unsynced, "stored, but a power cut may still undo it: sync the folder");
  struct stat info {};
  if (::fstat(temp->handle().get(), &info) != 0) return error_of_errno(errno, "stat");
  return object_info(key.str(), info);
}

}  // namespace

Result<ObjectInfo> FileTree::put(const ObjectKey& key, ByteView data, bool only_if_absent) const {
  auto stored = put_file(root_, key, data, only_if_absent);
  before_step(FilesystemStep::finished);
  if (!stored) return in_context(stored.error(), "put " + key.str());
  return stored;
}

}  // namespace imagegen::detail
