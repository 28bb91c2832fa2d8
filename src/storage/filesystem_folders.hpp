#pragma once
#include <imagegen/core/object_key.hpp>

#include "storage/filesystem_handle.hpp"

#include <string>
#include <string_view>
#include <vector>

/// \file From keys to open folders, never through a link.
namespace imagegen::detail {

/// The folder below the root that holds unfinished files. No key may begin with it.
inline constexpr std::string_view kTempFolder = ".imagegen-tmp";

/// Longest file name that the usual file systems take, bytes.
inline constexpr std::size_t kMaxNameBytes = 255;

/// A key, as folders and a name.
struct FilePath {
  std::vector<std::string> folders;
  std::string name;
};

/// \return Errc::invalid_argument for a key below kTempFolder, Errc::limit_exceeded for a segment that is no file name.
Result<FilePath> file_path_of(const ObjectKey& key);

enum class IfMissing { fail, make };

/// Opens `folders` one below the other, beginning at `root`, without following links.
///
/// A folder that is made is synced into its parent before anything is put in it.
/// \return The innermost folder; Errc::not_found when one is missing, Errc::permission_denied when one is a link,
///         Errc::storage_failed when one is a file.
Result<FileHandle> open_folders(const FileHandle& root, const std::vector<std::string>& folders, IfMissing if_missing);

}  // namespace imagegen::detail
