#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include "core/file_handle.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file Files of one folder that are whole or not there, for a user alone. Every call blocks; safe from any thread.
namespace imagegen::spend {

/// Where a write can be interrupted, so that tests can kill or break it there.
enum class SpoolStep { make_folder, sync_parent, open_temp, write_temp, sync_temp, rename, sync_folder, finished };

/// Called before each step on the thread that does it: 0 lets it happen, else it fails with this errno. Null outside of
/// tests.
using SpoolStepHook = int (*)(SpoolStep step);
extern std::atomic<SpoolStepHook> on_spool_step;

class SpoolFolder {
 public:
  /// \param path Absolute.
  explicit SpoolFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const noexcept { return path_; }

  /// Writes `parts`, one behind the other, under `name`, in the place of what was there. On the disk when it returns.
  Result<void> write(const std::string& name, std::initializer_list<ByteView> parts) const;

  /// Names of files that end with `suffix`, in no order; none where there is no folder.
  Result<std::vector<std::string>> names(std::string_view suffix) const;

  /// A file that is there at this moment, to be read; nothing when there is none.
  Result<std::optional<detail::FileHandle>> open(const std::string& name) const;

  /// At most `most` bytes from `offset`: fewer only at the end of the file.
  Result<Bytes> read(const detail::FileHandle& file, std::uint64_t offset, std::size_t most) const;
  Result<std::uint64_t> size(const detail::FileHandle& file) const;

  /// Succeeds also when there was none.
  Result<void> remove(const std::string& name) const;

  /// Removes unfinished files that are older than a day: what killed processes have left.
  void remove_stale() const;

 private:
  Result<std::optional<detail::FileHandle>> open_folder() const;
  Result<detail::FileHandle> make_folder() const;
  Result<void> make_one(const std::filesystem::path& folder) const;
  Error failed(int number, std::string_view what) const;

  std::filesystem::path path_;
};

}  // namespace imagegen::spend
