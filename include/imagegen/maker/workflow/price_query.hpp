#pragma once
#include <imagegen/provider/provider_set.hpp>
#include <imagegen/spend/price_table.hpp>

#include <vector>

/// \file What a request costs. Plans, dry runs, orders and purchases all ask here, so that they come to the same.
namespace imagegen {

/// What the price of a request depends upon. A row for the name of the provider goes before one for its host. \param
/// request As adapt() made it.
PriceQuery price_query(const PriceTable& prices, const ProviderCapability& capability, const ImageRequest& request);

/// What a request may cost. A provider that takes no money costs 0, whatever the table says. \param request As adapt()
/// made it.
CostEstimate estimate_of(const PriceTable& prices, const ProviderCapability& capability, const ImageRequest& request);

/// The same at the dearest of those entries of a route that can do what is wished for; unknown where one of them is.
CostEstimate estimate_of(const PriceTable& prices, const std::vector<ChosenModel>& route, const ImageRequest& wish);

}  // namespace imagegen
