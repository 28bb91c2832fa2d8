#include "storage/filesystem_handle.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace imagegen::detail {
namespace {

Errc code_of_errno(int number) {
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
      return Errc::permission_denied;
    case ENAMETOOLONG:
    case EFBIG:
      return Errc::limit_exceeded;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Errc::unavailable;
    default:
      return Errc::storage_failed;
  }
}

// What an operator can cure without a change of the call: space, quota, open files.
bool may_pass(int number) {
  return number == ENOSPC || number == EDQUOT || number == EMFILE || number == ENFILE || number == ENOMEM;
}

}  // namespace

std::atomic<FilesystemStepHook> on_filesystem_step = nullptr;

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Error error_of_errno(int number, std::string_view what) {
  Error error{code_of_errno(number), std::string(what) + ": " + std::generic_category().message(number)};
  if (may_pass(number)) error.retry = Retry::later;
  return error;
}

int before_step(FilesystemStep step) noexcept {
  const auto hook = on_filesystem_step.load(std::memory_order_relaxed);
  return hook == nullptr ? 0 : hook(step);
}

int sync_handle(const FileHandle& handle) noexcept {
  int failed = 0;
  do {
    failed = ::fsync(handle.get());
  } while (failed != 0 && errno == EINTR);
  return failed == 0 ? 0 : errno;
}

}  // namespace imagegen::detail
