#include <imagegen/spend/ledger.hpp>
#include <imagegen/maker/spend/ledger_rules.hpp>

#include <algorithm>

namespace imagegen {

Result<std::optional<Usd>> remaining_budget(Ledger& ledger, const Budgets& budgets, const PurchaseIntent& intent,
                                            Timestamp now) {
  std::optional<Usd> least;
  for (const std::string& scope : scopes_of(intent, now)) {
    const auto limit = limit_of(budgets, scope);
    if (!limit) continue;
    const auto held = ledger.used(scope);
    if (!held) return held.error();
    const Usd left = std::max(*limit - held->used, Usd{});
    least = least ? std::min(*least, left) : left;
  }
  return least;
}

}  // namespace imagegen
