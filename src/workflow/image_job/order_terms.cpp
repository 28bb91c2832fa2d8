#include <imagegen/workflow/order_terms.hpp>

namespace imagegen {

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
