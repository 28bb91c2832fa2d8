#include "event/append_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace imagegen {
namespace {

constexpr mode_t kReadableByAll = 0644;

// Whether somebody was interrupted while writing a line.
bool ends_within_a_line(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return false;
  std::ifstream stream(file, std::ios::binary);
  if (!stream.seekg(-1, std::ios::end)) return false;
  return stream.get() != '\n';
}

}  // namespace

Result<AppendFile> AppendFile::open(const std::filesystem::path& file) {
  const int handle = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kReadableByAll);
  if (handle < 0) return Error{Errc::storage_failed, "events: cannot open " + file.string() + " for appending"};
  return AppendFile(handle, file.string(), ends_within_a_line(file));
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)), name_(std::move(other.name_)), torn_(other.torn_) {}

AppendFile::~AppendFile() {
  if (handle_ >= 0) ::close(handle_);
}

Result<void> AppendFile::append(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  if (torn_) {
    if (const auto ended = write_all("\n"); !ended) return ended;
    torn_ = false;
  }
  return write_all(lines);
}

Result<void> AppendFile::write_all(std::string_view bytes) {
  const auto all = bytes.size();
  while (!bytes.empty()) {
    const auto written = ::write(handle_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const auto reason = std::generic_category().message(errno);
      torn_ = torn_ || bytes.size() < all;
      return Error{Errc::storage_failed, "events: cannot write to " + name_ + ": " + reason};
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace imagegen
