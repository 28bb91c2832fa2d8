#include <imagegen/maker/workflow/price_query.hpp>

#include <optional>
#include <utility>

namespace imagegen {

PriceQuery price_query(const PriceTable& prices, const ProviderCapability& capability, const ImageRequest& request) {
  PriceQuery query;
  query.provider = capability.provider, query.model = request.model, query.quality = request.quality;
  query.size = pixels_of(request), query.count = request.count;
  query.partial_images = request.partial_images, query.steps = request.steps;
  query.reference_pixels.assign(request.references.size(), 0);  // nobody has decoded them yet
  query.prompt = request.prompt;
  if (prices.estimate(query).form == PriceForm::unknown) query.provider = capability.priced_as();
  return query;
}

CostEstimate estimate_of(const PriceTable& prices, const ProviderCapability& capability, const ImageRequest& request) {
  auto estimate = prices.estimate(price_query(prices, capability, request));
  if (capability.paid) return estimate;
  estimate.amount = estimate.low = estimate.high = Usd{};
  estimate.rough = false;
  return estimate;
}

CostEstimate estimate_of(const PriceTable& prices, const std::vector<ChosenModel>& route, const ImageRequest& wish) {
  std::optional<CostEstimate> dearest;
  for (const ChosenModel& chosen : route) {
    auto request = wish;
    request.quality = chosen.asked.quality;
    const auto sent = adapt(*chosen.model, std::move(request), Strictness::lenient);
    if (!sent) continue;
    auto estimate = estimate_of(prices, chosen.provider->capability(), sent->request);
    if (!estimate.amount) return estimate;
    if (!dearest || *estimate.amount > *dearest->amount) dearest = std::move(estimate);
  }
  return dearest.value_or(CostEstimate());
}

}  // namespace imagegen
