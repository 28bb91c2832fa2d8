#include <imagegen/workflow/heroes/hero_request.hpp>

#include "json/object_reader.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kLargestRequest = 1U << 20U;  // bytes
constexpr std::size_t kMostShots = 1'000;

std::string shot_path(std::size_t index) {
  return "shotIds[" + std::to_string(index) + "]";
}

}  // namespace

std::vector<FieldFault> check(const HeroRequest& request) {
  std::vector<FieldFault> faults;
  for (std::size_t i = 0; i < request.shot_ids.size(); ++i) {
    if (request.shot_ids[i].empty()) faults.push_back({shot_path(i), "expected a string that is not empty, got \"\""});
  }
  return faults;
}

std::variant<HeroRequest, std::vector<FieldFault>> parse_hero_request(std::string_view text) {
  const auto document = json::parse(text, kLargestRequest);
  if (!document) return std::vector<FieldFault>{{"", document.error().message}};
  std::vector<FieldFault> faults;
  HeroRequest request;
  json::ObjectReader reader(*document, "", faults);
  if (const auto* ids = reader.array("shotIds", kMostShots, json::Need::optional)) {
    for (std::size_t i = 0; i < ids->size(); ++i) {
      if (const auto* id = (*ids)[i].if_string())
        request.shot_ids.emplace_back(*id);
      else
        faults.push_back({shot_path(i), "expected a string, got " + json::describe((*ids)[i])});
    }
  }
  request.dry_run = reader.flag("dryRun", false);
  request.overwrite = reader.flag("overwrite", false);
  reader.refuse_unknown();
  for (auto& fault : check(request)) faults.push_back(std::move(fault));
  if (!faults.empty()) return faults;
  return request;
}

}  // namespace imagegen
