#include "core/file_handle.hpp"

#include <imagegen/core/digest.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>

namespace imagegen::detail {

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

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

bool may_pass(int number) {
  return number == ENOSPC || number == EDQUOT || number == EMFILE || number == ENFILE || number == ENOMEM;
}

int write_piece(int descriptor, ByteView piece) noexcept {
  while (!piece.empty()) {
    const auto written = ::write(descriptor, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? EIO : errno;
    piece = piece.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

int sync_handle(const FileHandle& handle) noexcept {
  while (::fsync(handle.get()) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

std::string random_name(std::string_view prefix) {
  std::random_device device;
  Bytes id(16);
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(device()); });
  return std::string(prefix) + to_hex(id);
}

}  // namespace imagegen::detail
