#include "storage/file_tree.hpp"
#include "storage/filesystem_names.hpp"

#include <fcntl.h>

#include <algorithm>

namespace imagegen::detail {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;

struct Entry {
  std::string key;  // of a folder: with a slash at the end, which gives the order of whole keys
  std::string name;
  struct stat info {};
  bool is_folder() const { return key.back() == '/'; }
};

/// Walks depth first in byte order. A folder is open only while its own names are read: a chain of folders 500 deep
/// would otherwise use up the process's descriptors.
class Lister {
 public:
  Lister(const FileHandle& root, const std::string& prefix, std::size_t limit, const std::string& after)
      : root_(root), prefix_(prefix), limit_(limit), after_(after) {}

  /// Adds what is below `folders`, whose keys begin with `path`.
  Result<void> walk(std::vector<std::string>& folders, const std::string& path);

  std::vector<ObjectInfo> found;

 private:
  Result<std::vector<Entry>> candidates(const std::vector<std::string>& folders, const std::string& path) const;
  std::vector<Entry> matches(const std::vector<FolderEntry>& all, const std::string& path) const;
  void take_first(const FileHandle& folder, std::vector<Entry>& entries) const;
  bool is_wanted(const std::string& key) const;
  bool may_hold_wanted(const std::string& folder) const;

  const FileHandle& root_;
  const std::string& prefix_;
  std::size_t limit_;
  const std::string& after_;
};

Result<void> Lister::walk(std::vector<std::string>& folders, const std::string& path) {
  const auto entries = candidates(folders, path);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    if (found.size() >= limit_) break;
    if (!entry.is_folder()) {
      found.push_back(object_info(entry.key, entry.info));
      continue;
    }
    folders.push_back(entry.name);
    auto walked = walk(folders, entry.key);
    folders.pop_back();
    if (!walked) return walked;
  }
  return {};
}

// Files that somebody else put there may have names that no key can have.
bool Lister::is_wanted(const std::string& key) const {
  return key > after_ && key.starts_with(prefix_) && ObjectKey::parse(key).has_value();
}

// Whether a key below `folder` (with its slash) can begin with the prefix and come after `after_`.
bool Lister::may_hold_wanted(const std::string& folder) const {
  const auto common = std::min(folder.size(), prefix_.size());
  if (folder.size() > kMaxKeyBytes || folder.compare(0, common, prefix_, 0, common) != 0) return false;
  return folder > after_ || after_.starts_with(folder);
}

std::vector<Entry> Lister::matches(const std::vector<FolderEntry>& all, const std::string& path) const {
  std::vector<Entry> out;
  for (const auto& [name, is_folder, is_file] : all) {
    Entry entry{path + name, name, {}};
    if (is_folder) entry.key += '/';
    if (is_folder && path.empty() && name == kTempFolder) continue;
    if (is_folder ? may_hold_wanted(entry.key) : is_file && is_wanted(entry.key)) out.push_back(std::move(entry));
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
  return out;
}

// Keeps what can still be listed, and looks at no other file: a page costs its own length, and the names.
void Lister::take_first(const FileHandle& folder, std::vector<Entry>& entries) const {
  std::vector<Entry> kept;
  std::size_t files = 0;
  for (auto& entry : entries) {
    if (files >= limit_ - found.size()) break;
    if (!entry.is_folder()) {
      if (::fstatat(folder.get(), entry.name.c_str(), &entry.info, AT_SYMLINK_NOFOLLOW) != 0) continue;
      ++files;
    }
    kept.push_back(std::move(entry));
  }
  entries = std::move(kept);
}

Result<std::vector<Entry>> Lister::candidates(const std::vector<std::string>& folders, const std::string& path) const {
  const auto folder = open_folders(root_, folders, IfMissing::fail);
  const bool gone = !folder && (folder.error().code == Errc::not_found || folder.error().code == Errc::storage_failed);
  if (gone) return std::vector<Entry>{};  // removed or replaced since its parent was read
  if (!folder) return folder.error();
  const auto all = read_entries(*folder);
  if (!all) return all.error();
  auto entries = matches(*all, path);
  take_first(*folder, entries);
  return entries;
}

}  // namespace

Result<std::vector<ObjectInfo>> FileTree::list(const std::string& prefix, std::size_t limit,
                                               const std::string& after) const {
  Lister lister(root_, prefix, limit, after);
  std::vector<std::string> folders;
  if (limit > 0) {
    if (auto walked = lister.walk(folders, ""); !walked) return in_context(walked.error(), "list");
  }
  return std::move(lister.found);
}

}  // namespace imagegen::detail
