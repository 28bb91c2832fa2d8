#include "storage/file_tree.hpp"

#include "storage/filesystem_temp.hpp"
#include "storage/object_headers.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace imagegen::detail {
namespace {

constexpr std::chrono::hours kStaleTemp{24};

// Makes `path` and what is missing above it, from the top down, syncing each new entry into its parent.
Result<void> make_root(const std::filesystem::path& path) {
  std::error_code failed;
  if (path.empty() || std::filesystem::is_directory(path, failed)) return {};
  if (auto parent = make_root(path.parent_path()); !parent) return parent;
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return error_of_errno(errno, "make " + path.string());
  const FileHandle parent(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int unsynced = parent ? sync_handle(parent) : errno;
  if (unsynced != 0) return error_of_errno(unsynced, "sync " + path.parent_path().string());
  return {};
}

Result<std::filesystem::path> named_root(const std::filesystem::path& root) {
  if (root.empty()) return Error{Errc::invalid_argument, "root: expected a folder, got an empty path"};
  std::error_code failed;
  auto path = std::filesystem::absolute(root, failed);
  if (failed) return Error{Errc::storage_failed, "root: " + failed.message()};
  return path.has_filename() ? path : path.parent_path();
}

Result<std::filesystem::path> absolute_root(const std::filesystem::path& root) {
  const auto named = named_root(root);
  if (!named) return named.error();
  if (auto made = make_root(*named); !made) return made.error();
  std::error_code failed;
  auto path = std::filesystem::canonical(*named, failed);
  if (failed) return Error{Errc::storage_failed, "root: " + failed.message()};
  return path;
}

// Why no folder can be made in this one, or 0.
int why_not_below(const std::filesystem::path& folder) {
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return errno;
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0 || disk.f_blocks > 0) return 0;
  // No disk, such as /proc: what its modes say need not hold.
  auto name = (folder / ".imagegen-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return errno;
  ::rmdir(name.c_str());
  return 0;
}

// Why a name could not be opened. Sockets (ENXIO) are no objects.
Error cannot_open(int number) {
  if (number == ENOENT || number == ENXIO) return {Errc::not_found, "no such object"};
  if (number == ELOOP) return {Errc::permission_denied, "the name is a link, and links are not followed"};
  return error_of_errno(number, "open");
}

// A file that is there and is one; what else may lie under the name (folder, pipe, device) is no object.
Result<FileHandle> open_object(const FileHandle& root, const ObjectKey& key, struct stat& info) {
  const auto path = file_path_of(key);
  if (!path) return path.error();
  const auto folder = open_folders(root, path->folders, IfMissing::fail);
  if (!folder && folder.error().code == Errc::storage_failed) return Error{Errc::not_found, "no such object"};
  if (!folder) return folder.error();
  // Without O_NONBLOCK, opening a pipe would wait for its other end.
  FileHandle file(::openat(folder->get(), path->name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return cannot_open(errno);
  if (::fstat(file.get(), &info) != 0) return error_of_errno(errno, "stat");
  if (!S_ISREG(info.st_mode)) return Error{Errc::not_found, "no such object"};
  return file;
}

Result<Bytes> read_all(const FileHandle& file, std::size_t size) {
  Bytes bytes(size);
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::pread(file.get(), bytes.data() + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return error_of_errno(errno, "read");
    if (got == 0) return Error{Errc::storage_failed, "the file became shorter while it was read"};
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

ObjectInfo object_info(const std::string& key, const struct stat& info) {
  char etag[80];
  std::snprintf(etag, sizeof etag, "%llx-%llx%09lx-%llx", static_cast<unsigned long long>(info.st_size),
                static_cast<unsigned long long>(info.st_mtim.tv_sec), static_cast<unsigned long>(info.st_mtim.tv_nsec),
                static_cast<unsigned long long>(info.st_ino));
  return {key, static_cast<std::uint64_t>(info.st_size), etag, content_type_of(key)};
}

Result<FileTree> FileTree::open(const std::filesystem::path& root) {
  auto path = absolute_root(root);
  if (!path) return path.error();
  FileHandle handle(::open(path->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle) return error_of_errno(errno, "open " + path->string());
  const auto temps = open_folders(handle, {std::string(kTempFolder)}, IfMissing::make);
  if (!temps) return in_context(temps.error(), path->string());
  remove_stale_temps(*temps, kStaleTemp);
  return FileTree(std::move(*path), std::move(handle));
}

Result<std::optional<std::filesystem::path>> FileTree::missing(const std::filesystem::path& root) {
  const auto named = named_root(root);
  if (!named) return named.error();
  std::error_code failed;
  if (std::filesystem::exists(*named, failed)) return std::optional<std::filesystem::path>();
  auto above = named->parent_path();
  while (!std::filesystem::exists(above, failed) && above.has_relative_path()) above = above.parent_path();
  if (!std::filesystem::is_directory(above, failed)) return error_of_errno(ENOTDIR, "make " + named->string());
  if (const int refused = why_not_below(above); refused != 0) return error_of_errno(refused, "make " + named->string());
  auto path = std::filesystem::canonical(above, failed) / named->lexically_relative(above);
  return std::optional(path.lexically_normal());
}

Result<Bytes> FileTree::get(const ObjectKey& key, std::size_t max_bytes) const {
  struct stat info {};
  const auto file = open_object(root_, key, info);
  if (!file) return in_context(file.error(), "get " + key.str());
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size > max_bytes) {
    return Error{Errc::limit_exceeded, "get " + key.str() + ": expected at most " + std::to_string(max_bytes) +
                                           " bytes, the object has " + std::to_string(size)};
  }
  auto bytes = read_all(*file, static_cast<std::size_t>(size));
  if (!bytes) return in_context(bytes.error(), "get " + key.str());
  return bytes;
}

Result<std::optional<ObjectInfo>> FileTree::head(const ObjectKey& key) const {
  struct stat info {};
  const auto file = open_object(root_, key, info);
  if (file) return std::optional<ObjectInfo>(object_info(key.str(), info));
  if (file.error().code == Errc::not_found) return std::optional<ObjectInfo>{};
  return in_context(file.error(), "head " + key.str());
}

Result<void> FileTree::remove(const ObjectKey& key) const {
  struct stat info {};
  const auto file = open_object(root_, key, info);
  if (!file && file.error().code == Errc::not_found) return {};
  if (!file) return in_context(file.error(), "remove " + key.str());
  // Folders that become empty stay: a put may be about to link into one.
  const auto path = file_path_of(key);
  const auto folder = open_folders(root_, path->folders, IfMissing::fail);
  if (!folder) return in_context(folder.error(), "remove " + key.str());
  int failed = ::unlinkat(folder->get(), path->name.c_str(), 0) == 0 || errno == ENOENT ? 0 : errno;
  if (failed == 0) failed = sync_handle(*folder);
  if (failed != 0) return error_of_errno(failed, "remove " + key.str());
  return {};
}

}  // namespace imagegen::detail
