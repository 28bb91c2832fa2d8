#pragma once
#include "storage/filesystem_handle.hpp"

#include <string>
#include <vector>

namespace imagegen::detail {

struct FolderEntry {
  std::string name;
  bool is_folder = false;
  bool is_file = false;  ///< A regular one. Links, pipes and devices are neither.
};

/// What is in an open folder but "." and "..", in no order. Links are not followed.
Result<std::vector<FolderEntry>> read_entries(const FileHandle& folder);

}  // namespace imagegen::detail
