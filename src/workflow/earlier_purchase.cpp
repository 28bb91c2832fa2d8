#include "workflow/earlier_purchase.hpp"

#include <algorithm>

namespace imagegen {
namespace {

bool is_ours(const PurchaseOrder& order, const Purchase& purchase) {
  if (purchase.job_id != order.job_id) return false;
  const auto places = places_of(purchase);
  return std::any_of(places.begin(), places.end(), [&](const PurchasePlace& place) {
    return place.slot == order.slot || std::ranges::find(order.also, place.slot, &PurchasePlace::slot) != order.also.end();
  });
}

}  // namespace

Result<std::optional<Purchase>> find_blocking(Ledger& ledger, const std::string& job_id, const PurchasePlace& place) {
  auto found = ledger.blocking(job_id, place.slot);
  if (!found || *found || place.master_key.empty()) return found;
  return ledger.blocking_master(place.master_key);
}

Result<std::optional<Purchase>> find_earlier(const PurchaseServices& services, const PurchaseOrder& order) {
  auto found = find_blocking(services.ledger, order.job_id, {order.slot, order.master_key});
  for (std::size_t i = 0; found && !*found && i < order.also.size(); ++i)
    found = find_blocking(services.ledger, order.job_id, order.also[i]);
  return found;
}

bool is_under_way_elsewhere(const PurchaseServices& services, const PurchaseOrder& order, const Purchase& purchase) {
  const bool open = purchase.state == PurchaseState::intended || purchase.state == PurchaseState::submitted;
  if (!open || is_ours(order, purchase)) return false;
  return services.jobs == nullptr || job_is_at_work(*services.jobs, purchase.job_id);
}

}  // namespace imagegen
