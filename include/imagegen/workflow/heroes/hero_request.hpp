#pragma once
#include <imagegen/core/field_fault.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace imagegen {

/// What a user asks for on a work item.
struct HeroRequest {
  std::vector<std::string> shot_ids;  ///< Empty: all shots of the pack.
  bool dry_run = false;               ///< Plan and price only; nothing is called, nothing written.
  bool overwrite = false;             ///< Make files again that exist. Kept masters are used, so this buys nothing new.
};

/// Reads `{shotIds?, dryRun?, overwrite?}`; unknown fields are faults.
std::variant<HeroRequest, std::vector<FieldFault>> parse_hero_request(std::string_view json);

/// What is wrong with a request made in code: an empty shot id.
std::vector<FieldFault> check(const HeroRequest& request);

}  // namespace imagegen
