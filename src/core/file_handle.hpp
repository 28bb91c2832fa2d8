#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/error.hpp>

#include <string>
#include <string_view>
#include <utility>

/// \file File descriptors and errno, for what keeps files: the filesystem store and the spool.
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

/// What a caller can do about a failure of the filesystem.
Errc code_of_errno(int number);

/// True of what an operator can cure without a change of the call: space, quota, open files, memory.
bool may_pass(int number);

/// All of `piece`, also after signals. \return 0 or errno.
int write_piece(int descriptor, ByteView piece) noexcept;

/// fsync() that goes on after a signal. \return 0 or errno.
int sync_handle(const FileHandle& handle) noexcept;

/// `prefix` and 128 random bits in hex.
std::string random_name(std::string_view prefix);

}  // namespace imagegen::detail
