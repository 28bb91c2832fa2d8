#include <imagegen/workflow/price_query.hpp>

namespace imagegen {

PriceQuery price_query(const ProviderCapability& capability, const ImageRequest& request) {
  PriceQuery query;
  query.provider = capability.provider, query.model = capability.model, query.quality = capability.quality;
  query.size = request.size, query.count = request.count;
  query.prompt = request.prompt;
  return query;
}

CostEstimate estimate_of(const PriceTable& prices, const ProviderCapability& capability, const ImageRequest& request) {
  auto estimate = prices.estimate(price_query(capability, request));
  if (capability.paid) return estimate;
  estimate.amount = estimate.low = estimate.high = Usd{};
  estimate.rough = false;
  return estimate;
}

}  // namespace imagegen
