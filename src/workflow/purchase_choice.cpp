#include "workflow/purchase_choice.hpp"

#include <imagegen/workflow/order_terms.hpp>
#include <imagegen/maker/workflow/price_query.hpp>

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

// \param approved For each picture.
Result<void> check_approval(const PurchaseChoice& choice, const std::optional<Usd>& approved) {
  const auto& price = choice.estimate;
  const int count = choice.sent.request.count;
  if (!approved || (price && *price <= *approved * count)) return {};
  const auto what = count == 1 ? std::string("the picture was") : std::to_string(count) + " pictures were";
  return Error(Errc::budget_exceeded,
               what + " approved for at most " + to_string(*approved * count) + " USD, but " +
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

PurchaseIntent intent_of(const PurchaseOrder& order, const PurchaseChoice& choice) {
  PurchaseIntent intent;
  intent.job_id = order.job_id, intent.slot = order.slot, intent.user = order.user;
  intent.master_key = order.master_key, intent.also = order.also;
  intent.images = order.request.count;
  intent.attempt = order.attempt;
  intent.provider = choice.chosen.asked.provider, intent.model = choice.chosen.asked.model;
  intent.request_hash = choice.request_hash;
  intent.estimate = choice.estimate;
  return intent;
}

bool is_of(const Purchase& purchase, const PurchaseIntent& intent) {
  return purchase.state == PurchaseState::intended && purchase.remote_id.empty() &&
         purchase.attempt == intent.attempt && purchase.request_hash == intent.request_hash &&
         purchase.provider == intent.provider && purchase.slot == intent.slot && purchase.also == intent.also;
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

bool RouteWalk::go_on(const Error& why) {
  if (!has_next()) return false;
  const bool is_endless = order_.deadline.at == Deadline::never().at;
  if (!is_endless && order_.deadline.at - services_.clock.now() < time_ / 4) return false;
  earlier_.append(earlier_.empty() ? "" : "; ").append(to_string(asked())).append(": ").append(why.message);
  at_ = next();
  return true;
}

ProviderModel RouteWalk::asked() const {
  return order_.route.order.empty() ? ProviderModel() : order_.route.order[at_];
}

Error RouteWalk::all_told(Error error) const {
  if (earlier_.empty()) return error;
  error.message = to_string(asked()) + ": " + error.message + "; asked before it, " + earlier_;
  return error;
}

Deadline RouteWalk::line() const {
  const auto now = services_.clock.now();
  if (!has_next() || order_.deadline.at <= now) return order_.deadline;
  const std::chrono::steady_clock::duration quarter = (order_.deadline.at - now) / 4;
  return {now + std::min<std::chrono::steady_clock::duration>(kLongestLine, quarter)};
}

const std::vector<Result<PurchaseChoice>>& RouteWalk::choices_for(const Purchase& purchase) const {
  const bool is_alike = purchase.images == order_.request.count && purchase.slot == order_.slot;
  if (is_alike || (purchase.images <= 1 && order_.request.count <= 1)) return choices();
  auto as_begun = order_;
  as_begun.request.count = std::max(purchase.images, 1);
  if (const auto seed = order_.seeds.find(purchase.slot); seed != order_.seeds.end()) as_begun.request.seed = seed->second;
  choices_as_begun_ = choices_of(services_, as_begun);
  return choices_as_begun_;
}

const PurchaseChoice* RouteWalk::of(const Purchase& purchase) const {
  for (const auto& choice : choices_for(purchase)) {
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
