#include "workflow/purchase_choice.hpp"

#include <imagegen/workflow/order_terms.hpp>
#include <imagegen/workflow/price_query.hpp>

#include <algorithm>

#include "workflow/purchase_errors.hpp"

namespace imagegen {
namespace {

constexpr std::chrono::seconds kLongestLine{30};  // for a permit, where another provider may be asked

Result<void> check_size(const PurchaseChoice& choice, const std::optional<PixelSize>& approved) {
  const auto size = pixels_of(choice.sent.request);
  if (!approved || size == *approved) return {};
  return Error{Errc::unsupported, "the picture was approved at " + to_string(*approved) + " px, and " +
                                      choice.chosen.asked.model + " makes " + describe(choice.chosen.model->sizes) +
                                      "; nothing was bought: approve it again"};
}

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
  const auto& first = order.route.order.empty() ? asked : order.route.order.front();
  const bool is_first = asked == first;
  if (!is_first)
    choice.sent.adaptations.push_back({"provider", to_string(first), to_string(choice.chosen.asked), "the first that can be had"});
  auto allowed = check_retirement({choice.chosen}, services.clock);
  // The others make what is nearest; that of the first was approved.
  if (allowed && is_first) allowed = check_size(choice, order.approved_size);
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

RouteWalk::RouteWalk(const PurchaseServices& services, const PurchaseOrder& order)
    : services_(services), order_(order), time_(order.deadline.at - services.clock.now()) {}

const std::vector<Result<PurchaseChoice>>& RouteWalk::choices() const {
  if (choices_.empty()) choices_ = choices_of(services_, order_);
  return choices_;
}

std::size_t RouteWalk::next() const {
  auto next = at_ + 1;
  while (next < choices().size() && !is_open(next)) ++next;
  return next;
}

bool RouteWalk::go_on() {
  if (!has_next()) return false;
  const bool is_endless = order_.deadline.at == Deadline::never().at;
  if (!is_endless && order_.deadline.at - services_.clock.now() < time_ / 4) return false;
  at_ = next();
  return true;
}

Deadline RouteWalk::line() const {
  const auto now = services_.clock.now();
  if (!has_next() || order_.deadline.at <= now) return order_.deadline;
  const std::chrono::steady_clock::duration quarter = (order_.deadline.at - now) / 4;
  return {now + std::min<std::chrono::steady_clock::duration>(kLongestLine, quarter)};
}

const PurchaseChoice* RouteWalk::of(const Purchase& purchase) const {
  for (const auto& choice : choices()) {
    if (!choice || choice->chosen.asked.provider != purchase.provider) continue;
    if (choice->chosen.asked.model != purchase.model) continue;
    if (purchase.request_hash.empty() || choice->request_hash == purchase.request_hash) return &*choice;
  }
  return nullptr;
}

Settlement settlement_of(const PriceTable& prices, const ProviderCapability& capability, const BoughtFrom& from,
                         const std::optional<Usage>& usage) {
  Settlement settlement;
  if (!capability.paid) settlement.actual = Usd{}, settlement.source = CostSource::provider;
  if (!usage) return settlement;
  ImageRequest request;
  request.model = from.purchase.model;
  if (from.sent) request = from.sent->request;
  const auto cost = prices.actual(price_query(prices, capability, request), *usage);
  if (cost) settlement.actual = cost->amount, settlement.source = cost->source;
  return settlement;
}

}  // namespace imagegen
