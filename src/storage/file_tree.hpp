#pragma once
#include <imagegen/storage/object_store.hpp>

#include "storage/filesystem_folders.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace imagegen::detail {

/// The filesystem store without coroutines: every call blocks, and may be made from any thread at any time, because
/// what decides (link, rename) is one step of the kernel.
class FileTree {
 public:
  /// Makes the folders that are missing and removes stale temporary files.
  static Result<FileTree> open(const std::filesystem::path& root);

  /// Where open() would have to make the root: its absolute path, or what would keep it from that. Nothing where it is
  /// there. Changes nothing.
  static Result<std::optional<std::filesystem::path>> missing(const std::filesystem::path& root);

  Result<ObjectInfo> put(const ObjectKey& key, ByteView data, bool only_if_absent) const;
  Result<Bytes> get(const ObjectKey& key, std::size_t max_bytes) const;
  Result<std::optional<ObjectInfo>> head(const ObjectKey& key) const;
  Result<void> remove(const ObjectKey& key) const;
  Result<std::vector<ObjectInfo>> list(const std::string& prefix, std::size_t limit, const std::string& after) const;

  const std::filesystem::path& root() const noexcept { return path_; }

 private:
  FileTree(std::filesystem::path path, FileHandle root) : path_(std::move(path)), root_(std::move(root)) {}

  std::filesystem::path path_;  // absolute; for messages and URLs only, everything is opened below root_
  FileHandle root_;
};

/// The etag is size, time of last change and inode. A hash of the content would mean reading the file for each head().
ObjectInfo object_info(const std::string& key, const struct stat& info);

}  // namespace imagegen::detail
