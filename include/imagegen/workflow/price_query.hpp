#pragma once
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/spend/price_table.hpp>

/// \file What a request costs. Plans, dry runs, orders and purchases all ask here, so that they come to the same.
namespace imagegen {

/// What the price of a request depends upon.
PriceQuery price_query(const ProviderCapability& capability, const ImageRequest& request);

/// What a request may cost. A provider that takes no money costs 0, whatever the table says.
CostEstimate estimate_of(const PriceTable& prices, const ProviderCapability& capability, const ImageRequest& request);

}  // namespace imagegen
