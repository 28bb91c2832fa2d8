#pragma once
#include <imagegen/workflow/purchase.hpp>

#include <optional>
#include <string>
#include <vector>

// The ways in which a picture can be bought: one for each entry of its route.
namespace imagegen {

struct PurchaseChoice {
  ChosenModel chosen;
  Adapted sent;
  std::optional<Usd> estimate;
  std::string request_hash;
  std::optional<Error> refused;  // nothing may be bought there: the model is retired, or the price was not approved

  const ProviderCapability& capability() const { return chosen.provider->capability(); }
};

// In the order of the route. An error: nothing of the kind can be bought there.
std::vector<Result<PurchaseChoice>> choices_of(const PurchaseServices& services, const PurchaseOrder& order);

// What came is paid for: at what it did cost, where that is told.
Settlement settlement_of(const PriceTable& prices, const ProviderCapability& capability, const BoughtFrom& from,
                         const std::optional<Usage>& usage);

}  // namespace imagegen
