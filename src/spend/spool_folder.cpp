#include "spend/spool_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <system_error>

namespace imagegen::spend {

using detail::code_of_errno;
using detail::FileHandle;
using detail::random_name;
using detail::sync_handle;
using detail::write_piece;

namespace {

constexpr std::string_view kTempPrefix = ".put-";
constexpr std::size_t kPieceBytes = 1U << 20U;
constexpr std::time_t kStaleSeconds = 24 * 3600;

int before_step(SpoolStep step) noexcept {
  const auto hook = on_spool_step.load(std::memory_order_relaxed);
  return hook == nullptr ? 0 : hook(step);
}

int write_all(int descriptor, ByteView data) {
  while (!data.empty()) {
    const auto piece = data.first(std::min(data.size(), kPieceBytes));
    int failed = before_step(SpoolStep::write_temp);
    if (failed == 0) failed = write_piece(descriptor, piece);
    if (failed != 0) return failed;
    data = data.subspan(piece.size());
  }
  return 0;
}

// Takes an unfinished file away again, unless it was renamed.
struct TempName {
  int folder;
  std::string name;
  ~TempName() {
    if (!name.empty()) ::unlinkat(folder, name.c_str(), 0);
  }
};

struct CloseStream {
  void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

// All names in an open folder, or errno.
int read_names(const FileHandle& folder, std::vector<std::string>& out) {
  const int own = ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseStream> stream(own < 0 ? nullptr : ::fdopendir(own));
  if (!stream) {
    const int failed = errno;
    if (own >= 0) ::close(own);
    return failed;
  }
  for (errno = 0; const auto* found = ::readdir(stream.get()); errno = 0) out.emplace_back(found->d_name);
  return errno;
}

}  // namespace

std::atomic<SpoolStepHook> on_spool_step = nullptr;

// What an operator can mend is worth another attempt.
Error SpoolFolder::failed(int number, std::string_view what) const {
  Error error(code_of_errno(number), "the spool in " + path_.string() + ": " + std::string(what) + ": " +
                                   std::generic_category().message(number));
  error.retry = Retry::later;
  return error;
}

Result<std::optional<FileHandle>> SpoolFolder::open_folder() const {
  FileHandle folder(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) return std::optional(std::move(folder));
  if (errno == ENOENT) return std::optional<FileHandle>();
  return failed(errno, errno == ENOTDIR ? "expected a folder" : "open the folder");
}

// The parent is synced also when somebody else has just made the folder, who may not have come so far yet.
Result<void> SpoolFolder::make_one(const std::filesystem::path& folder) const {
  int number = before_step(SpoolStep::make_folder);
  if (number == 0 && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) number = errno;
  if (number != 0) return failed(number, "make the folder " + folder.string());
  const FileHandle parent(::open(folder.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  number = before_step(SpoolStep::sync_parent);
  if (number == 0) number = parent ? sync_handle(parent) : errno;
  // A folder that may be passed but not listed cannot be opened, and so not be synced; what is below it can.
  if (number != 0 && number != EACCES) return failed(number, "sync the folder above " + folder.string());
  return {};
}

Result<FileHandle> SpoolFolder::make_folder() const {
  auto opened = open_folder();
  if (!opened) return opened.error();
  if (*opened) return std::move(**opened);
  std::filesystem::path made;
  for (const auto& part : path_) {
    made /= part;
    struct stat info {};
    if (::stat(made.c_str(), &info) == 0) continue;
    if (const auto done = make_one(made); !done) return done.error();
  }
  opened = open_folder();
  if (!opened) return opened.error();
  if (!*opened) return failed(ENOENT, "open the folder");
  return std::move(**opened);
}

Result<void> SpoolFolder::write(const std::string& name, std::initializer_list<ByteView> parts) const {
  const auto folder = make_folder();
  if (!folder) return folder.error();
  TempName temp{folder->get(), random_name(kTempPrefix)};
  int number = before_step(SpoolStep::open_temp);
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const FileHandle file(number != 0 ? -1 : ::openat(folder->get(), temp.name.c_str(), flags, 0600));
  if (!file) return failed(number != 0 ? number : errno, "make a file");
  for (const auto part : parts) {
    number = write_all(file.get(), part);
    if (number != 0) return failed(number, "write " + name);
  }
  number = before_step(SpoolStep::sync_temp);
  if (number == 0) number = sync_handle(file);
  if (number != 0) return failed(number, "sync " + name);
  number = before_step(SpoolStep::rename);
  if (number == 0 && ::renameat(folder->get(), temp.name.c_str(), folder->get(), name.c_str()) != 0) number = errno;
  if (number != 0) return failed(number, "rename to " + name);
  temp.name.clear();
  number = before_step(SpoolStep::sync_folder);
  if (number == 0) number = sync_handle(*folder);
  if (number != 0) return failed(number, "kept, but a power cut may still undo it: sync the folder for " + name);
  before_step(SpoolStep::finished);
  return {};
}

Result<std::vector<std::string>> SpoolFolder::names(std::string_view suffix) const {
  const auto folder = open_folder();
  if (!folder) return folder.error();
  std::vector<std::string> found;
  if (!*folder) return found;
  if (const int number = read_names(**folder, found); number != 0) return failed(number, "read the folder");
  std::erase_if(found, [&](const std::string& name) { return name.starts_with(".") || !name.ends_with(suffix); });
  return found;
}

Result<std::optional<FileHandle>> SpoolFolder::open(const std::string& name) const {
  const auto folder = open_folder();
  if (!folder) return folder.error();
  if (!*folder) return std::optional<FileHandle>();
  // Without waiting: what somebody put there may be a pipe.
  FileHandle file(::openat((*folder)->get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file) return std::optional(std::move(file));
  if (errno == ENOENT) return std::optional<FileHandle>();
  return failed(errno, "open " + name);
}

Result<Bytes> SpoolFolder::read(const FileHandle& file, std::uint64_t offset, std::size_t most) const {
  const auto whole = size(file);
  if (!whole) return whole.error();
  Bytes bytes(offset < *whole ? static_cast<std::size_t>(std::min<std::uint64_t>(*whole - offset, most)) : 0);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto got =
        ::pread(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(errno, "read a file");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<std::uint64_t> SpoolFolder::size(const FileHandle& file) const {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return failed(errno, "look at a file");
  return S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<void> SpoolFolder::remove(const std::string& name) const {
  const auto folder = open_folder();
  if (!folder) return folder.error();
  if (!*folder) return {};
  if (::unlinkat((*folder)->get(), name.c_str(), 0) != 0) {
    if (errno == ENOENT) return {};
    return failed(errno, "remove " + name);
  }
  if (const int number = sync_handle(**folder); number != 0) return failed(number, "sync the folder");
  return {};
}

void SpoolFolder::remove_stale() const {
  // What cannot be looked at stays: it costs space and does no harm.
  const auto folder = open_folder();
  std::vector<std::string> found;
  if (!folder || !*folder || read_names(**folder, found) != 0) return;
  const auto oldest = std::time(nullptr) - kStaleSeconds;
  for (const auto& name : found) {
    struct stat info {};
    if (!name.starts_with(kTempPrefix)) continue;
    if (::fstatat((*folder)->get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(info.st_mode) && info.st_mtim.tv_sec < oldest) ::unlinkat((*folder)->get(), name.c_str(), 0);
  }
}

}  // namespace imagegen::spend
