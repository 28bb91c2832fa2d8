#include "workflow/purchase_choice.hpp"

#include <imagegen/workflow/order_terms.hpp>
#include <imagegen/workflow/price_query.hpp>

#include "workflow/purchase_errors.hpp"

namespace imagegen {
namespace {

Result<void> check_approval(const PurchaseChoice& choice, const std::optional<Usd>& approved) {
  const auto& price = choice.estimate;
  if (!approved || (price && *price <= *approved)) return {};
  return Error(Errc::budget_exceeded,
               "the picture was approved for at most " + to_string(*approved) + " USD, but " +
                   (price ? "costs " + to_string(*price) + " USD" : std::string("its price is unknown")) + " with " +
                   choice.chosen.asked.provider + " " + choice.chosen.asked.model +
                   "; nothing was bought: approve it again");
}

Result<PurchaseChoice> choice_of(const PurchaseServices& services, const PurchaseOrder& order,
                                 const ProviderModel& asked) {
  auto chosen = choose(services.providers, asked);
  if (!chosen) return nothing_asked(chosen.error());
  auto wish = order.request;
  wish.quality = chosen->asked.quality;
  auto sent = adapt(*chosen->model, std::move(wish), Strictness::lenient);
  if (!sent) return nothing_asked(sent.error());
  PurchaseChoice choice{std::move(*chosen), std::move(*sent), {}, {}, {}};
  choice.estimate = estimate_of(services.prices, choice.capability(), choice.sent.request).amount;
  choice.request_hash = request_hash(choice.chosen.asked.provider, choice.sent.request);
  auto allowed = check_retirement({choice.chosen}, services.clock);
  if (allowed) allowed = check_approval(choice, order.route.approved);
  if (!allowed) choice.refused = nothing_asked(allowed.error());
  return choice;
}

}  // namespace

std::vector<Result<PurchaseChoice>> choices_of(const PurchaseServices& services, const PurchaseOrder& order) {
  std::vector<Result<PurchaseChoice>> choices;
  if (order.route.order.empty()) choices.push_back(choice_of(services, order, {}));
  for (const auto& asked : order.route.order) choices.push_back(choice_of(services, order, asked));
  return choices;
}

Settlement settlement_of(const PriceTable& prices, const ProviderCapability& capability, const BoughtFrom& from,
                         const std::optional<Usage>& usage) {
  Settlement settlement;
  if (!capability.paid) settlement.actual = Usd{}, settlement.source = CostSource::provider;
  if (!usage) return settlement;
  PriceQuery query;
  if (from.sent)
    query = price_query(capability, from.sent->request);
  else
    query.provider = capability.priced_as(), query.model = from.purchase.model;
  const auto cost = prices.actual(query, *usage);
  if (cost) settlement.actual = cost->amount, settlement.source = cost->source;
  return settlement;
}

}  // namespace imagegen
