#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/core/thread_pool.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace imagegen {

/// Where packs are looked up by work item id.
class LifestylePackSource {
 public:
  virtual ~LifestylePackSource() = default;
  /// The pack's JSON. Errc::not_found when there is none, Errc::invalid_argument for an id that can be none.
  virtual Task<Result<std::string>> find(std::string work_item_id) = 0;
};

/// Finds `<folder>/<id>.json`. Ids are 1..128 of the characters A-Z a-z 0-9 . _ - and do not begin with a dot.
std::unique_ptr<LifestylePackSource> make_folder_lifestyle_packs(std::filesystem::path folder, ThreadPool& pool);

}  // namespace imagegen
