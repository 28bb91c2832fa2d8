#pragma once
#include <imagegen/core/result.hpp>

#include "storage/filesystem_steps.hpp"

#include <string_view>
#include <utility>

/// \file File descriptors and errno, as this module's words.
namespace imagegen::detail {

/// Owns a file descriptor; -1 is none.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileHandle();

  int get() const noexcept { return descriptor_; }
  explicit operator bool() const noexcept { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

/// "<what>: <the system's words>", under the code that says what a caller can do about it.
Error error_of_errno(int number, std::string_view what);

/// Gives the hook its chance. \return 0, or the errno to fail with.
int before_step(FilesystemStep step) noexcept;

/// fsync() that goes on after a signal. \return 0 or errno.
int sync_handle(const FileHandle& handle) noexcept;

}  // namespace imagegen::detail
