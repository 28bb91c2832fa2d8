#pragma once
#include <imagegen/core/result.hpp>

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace imagegen {

// A file of lines that others may append to as well. Safe from any thread.
class AppendFile {
 public:
  // Errc::storage_failed when it cannot be opened.
  static Result<AppendFile> open(const std::filesystem::path& file);
  AppendFile(AppendFile&& other) noexcept;
  ~AppendFile();

  // Whole lines, each with its end. With the operating system when this returns: the end of the process cannot undo it.
  // Errc::storage_failed; what was written of them is then the beginning of a line that will have no end but a line
  // end.
  Result<void> append(std::string_view lines);

 private:
  AppendFile(int handle, std::string name, bool torn) : handle_(handle), name_(std::move(name)), torn_(torn) {}
  Result<void> write_all(std::string_view bytes);

  int handle_;
  std::string name_;
  bool torn_;  // the file ends within a line
  std::mutex mutex_;
};

}  // namespace imagegen
