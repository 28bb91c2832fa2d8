#include <imagegen/workflow/order_terms.hpp>

#include <algorithm>

namespace imagegen {
namespace {

std::chrono::sys_days today(const Clock& clock) {
  return std::chrono::floor<std::chrono::days>(clock.wall_now());
}

}  // namespace

std::vector<std::string> retirement_warnings(const std::vector<ChosenModel>& route, const Clock& clock) {
  std::vector<std::string> warnings;
  for (const ChosenModel& chosen : route)
    if (auto text = retirement_text(*chosen.model, today(clock)); !text.empty()) warnings.push_back(std::move(text));
  return warnings;
}

Result<void> check_retirement(const std::vector<ChosenModel>& route, const Clock& clock) {
  const auto is_served = [&](const ChosenModel& chosen) {
    return retirement_stage(chosen.model->retirement, today(clock)) != RetirementStage::retired;
  };
  if (std::any_of(route.begin(), route.end(), is_served)) return {};
  std::string texts;
  for (const auto& text : retirement_warnings(route, clock)) texts += (texts.empty() ? "" : ", and ") + text;
  return Error{Errc::unsupported, texts};
}

// A quality that is the default elsewhere must not take the place of the one that was approved, and neither must a model.
std::string why_not(const std::vector<ProviderModel>& order, const ProviderSet& providers) {
  for (const ProviderModel& asked : order) {
    const auto chosen = choose(providers, asked);
    if (chosen) continue;
    return "it was ordered from " + to_string(asked) + ", and here " + chosen.error().message + "; nothing was bought";
  }
  return {};
}

}  // namespace imagegen
