#pragma once
#include <imagegen/core/bytes.hpp>

#include "storage/filesystem_handle.hpp"

#include <chrono>
#include <string>

/// \file Unfinished files: made, filled, synced, and gone again unless they were moved away.
namespace imagegen::detail {

/// A new file in the temporary folder. The destructor removes its name unless it was renamed away.
class TempFile {
 public:
  /// Makes a file that did not exist, under a name nobody can guess, in `folder`, which is borrowed.
  static Result<TempFile> make(const FileHandle& folder);

  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  ~TempFile();

  /// Appends `data` in pieces of at most 1 MiB.
  Result<void> write(ByteView data);

  /// Sets the time of last change to now, in nanoseconds, then syncs. The kernel's own stamps have the grain of its
  /// tick, and two versions of one object within a tick would have the same etag.
  Result<void> finish();

  const FileHandle& handle() const noexcept { return handle_; }
  const std::string& name() const noexcept { return name_; }

  /// Says that the name is no longer there to remove.
  void forget_name() noexcept { name_.clear(); }

 private:
  TempFile(const FileHandle& folder, std::string name, FileHandle handle)
      : folder_(&folder), name_(std::move(name)), handle_(std::move(handle)) {}

  const FileHandle* folder_;
  std::string name_;
  FileHandle handle_;
};

/// Removes files of TempFile that are older than `age` from `folder`: what killed processes have left.
void remove_stale_temps(const FileHandle& folder, std::chrono::hours age);

}  // namespace imagegen::detail
