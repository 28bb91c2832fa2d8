#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "workflow/erase/holdings.hpp"

namespace imagegen::erasure {

// Adds to purchases what their providers made beyond what was ordered, which is kept under keys of its own. Errors of the
// store.
Task<Result<void>> add_further_pictures(EraseServices& services, Holdings& holdings);

// Removes objects, with what lies beside a master: the answers that came with it, and pictures that were rejected.
class ObjectRemover {
 public:
  // \param report Is told what went and what failed.
  ObjectRemover(EraseServices& services, EraseReport& report) : services_(services), report_(report) {}

  // Errors of the store's list, and Errc::cancelled; what cannot be removed is told.
  Task<Result<void>> remove_all(const std::set<std::string>& keys);

  // Whether one of these is still there.
  bool has_failed(const std::set<std::string>& keys) const;

 private:
  Task<Result<void>> find_rejected(const std::set<std::string>& keys);
  Task<Result<std::vector<std::string>>> beside(const std::string& key);
  Task<Result<void>> remove(std::string key);
  Task<Result<void>> remove_with_what_is_beside(const std::string& key);

  EraseServices& services_;
  EraseReport& report_;
  std::map<std::string, std::vector<std::string>> rejected_;  // by the key of the master
  std::set<std::string> failed_;
};

}  // namespace imagegen::erasure
