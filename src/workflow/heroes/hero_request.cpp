#include <imagegen/workflow/heroes/hero_request.hpp>

#include "workflow/heroes/hero_fields.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kLargestRequest = 1U << 20U;  // bytes

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
  auto request = json::fields_of_type<HeroRequest>().read(*document, {"", faults});
  if (!faults.empty()) return faults;
  return request;
}

}  // namespace imagegen
