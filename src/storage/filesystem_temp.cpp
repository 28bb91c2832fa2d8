#include "storage/filesystem_temp.hpp"

#include "storage/filesystem_names.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace imagegen::detail {
namespace {

constexpr std::string_view kTempPrefix = "put-";
constexpr std::size_t kPieceBytes = 1U << 20U;

}  // namespace

Result<TempFile> TempFile::make(const FileHandle& folder) {
  if (const int failed = before_step(FilesystemStep::open_temp)) return error_of_errno(failed, "make a temporary file");
  auto name = random_name(kTempPrefix);
  // 0666 and the umask: a web server under another user may have to read what is stored here.
  FileHandle handle(::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!handle) return error_of_errno(errno, "make a temporary file");
  return TempFile(folder, std::move(name), std::move(handle));
}

TempFile::TempFile(TempFile&& other) noexcept
    : folder_(other.folder_), name_(std::exchange(other.name_, {})), handle_(std::move(other.handle_)) {}

TempFile::~TempFile() {
  if (name_.empty()) return;
  if (before_step(FilesystemStep::unlink_temp) == 0) ::unlinkat(folder_->get(), name_.c_str(), 0);
}

Result<void> TempFile::write(ByteView data) {
  while (!data.empty()) {
    const auto piece = data.first(std::min(data.size(), kPieceBytes));
    int failed = before_step(FilesystemStep::write_temp);
    if (failed == 0) failed = write_piece(handle_.get(), piece);
    if (failed != 0) return error_of_errno(failed, "write");
    data = data.subspan(piece.size());
  }
  return {};
}

Result<void> TempFile::finish() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const timespec times[2] = {now, now};
  if (::futimens(handle_.get(), times) != 0) return error_of_errno(errno, "set the time of the file");
  int failed = before_step(FilesystemStep::sync_temp);
  if (failed == 0) failed = sync_handle(handle_);
  if (failed != 0) return error_of_errno(failed, "sync the file");
  return {};
}

void remove_stale_temps(const FileHandle& folder, std::chrono::hours age) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto oldest = now.tv_sec - std::chrono::seconds(age).count();
  // A folder that cannot be read leaves its files where they are: they cost space and do no harm.
  const auto entries = read_entries(folder);
  if (!entries) return;
  for (const auto& [name, is_folder, is_file] : *entries) {
    struct stat info {};
    if (!is_file || !name.starts_with(kTempPrefix)) continue;
    if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (info.st_mtim.tv_sec < oldest) ::unlinkat(folder.get(), name.c_str(), 0);
  }
}

}  // namespace imagegen::detail
