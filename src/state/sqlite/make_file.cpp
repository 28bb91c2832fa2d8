#include "state/sqlite/make_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

#include "state/sqlite/schema.hpp"

namespace imagegen::sqlite {
namespace {

// Under another name; taken away again with its journal.
class Draft {
 public:
  explicit Draft(const DatabaseFile& file) : file_(file) {
    file_.path += ".new-" + std::to_string(std::random_device()()) + "-" + std::to_string(::getpid());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    ::unlink(file_.path.c_str());
    ::unlink((file_.path + "-journal").c_str());
  }

  const DatabaseFile& file() const noexcept { return file_; }

  Result<void> make() const {
    const int made = ::open(file_.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return cannot_be_made(file_, errno);
    ::close(made);
    try {
      Connection connection(file_);
      make_schema(connection);
    } catch (const ErrorException& thrown) {
      return thrown.error();
    }
    return {};
  }

  // Never over what is there: somebody else may have been quicker.
  int take_name(const std::string& name) const {
    if (::link(file_.path.c_str(), name.c_str()) == 0 || errno == EEXIST) return 0;
    // Not every file system has links.
    const int renamed = ::renameat2(AT_FDCWD, file_.path.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE);
    return renamed == 0 || errno == EEXIST ? 0 : errno;
  }

 private:
  DatabaseFile file_;
};

void sync_folder_of(const std::string& path) {
  const int folder =
      ::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

Error cannot_be_made(const DatabaseFile& file, int reason) {
  const auto about = [&](Errc code, const std::string& message) {
    return Error(code, "state: SQLite file " + file.name + ": " + message);
  };
  if (reason == ENOENT || reason == ENOTDIR)
    return about(Errc::storage_failed, "its folder does not exist; make it first");
  if (reason == EACCES || reason == EPERM || reason == EROFS)
    return about(Errc::permission_denied, "it cannot be made; let this user write in its folder");
  auto failed = about(Errc::storage_failed, "it cannot be made: " + std::generic_category().message(reason));
  if (reason == ENOSPC || reason == EDQUOT) failed.retry = Retry::later;
  return failed;
}

Result<void> make_file(const DatabaseFile& file) {
  const Draft draft(file);
  if (const auto made = draft.make(); !made) return made;
  if (const int failed = draft.take_name(file.path); failed != 0) return cannot_be_made(file, failed);
  sync_folder_of(file.path);
  return {};
}

}  // namespace imagegen::sqlite
