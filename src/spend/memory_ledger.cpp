#include <imagegen/spend/ledger.hpp>
#include <imagegen/maker/spend/ledger_rules.hpp>

#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace imagegen {
namespace {

class MemoryLedger : public Ledger {
 public:
  Result<Purchase> reserve(const PurchaseIntent& intent, const Budgets& budgets, Timestamp now) override {
    if (const auto checked = check_intent(intent); !checked) return checked.error();
    const std::lock_guard lock(mutex_);
    const auto places = places_of(intent);
    for (const PurchasePlace& place : places) {
      if (const auto found = blocking_.find({intent.job_id, place.slot}); found != blocking_.end())
        return slot_is_taken(place, found->second);
      if (const auto found = masters_.find(place.master_key); found != masters_.end())
        return key_is_taken(place, found->second);
    }
    for (const std::string& scope : scopes_of(intent, now)) {
      if (const auto fits = check_budget(intent, budgets, scope, used_[scope]); !fits) return fits.error();
    }
    for (const PurchasePlace& place : places) ++numbers_[{intent.job_id, place.slot}];
    Purchase purchase = make_purchase(intent, numbers_[{intent.job_id, intent.slot}], now);
    put(purchase);
    return purchase;
  }

  Result<void> remember(const std::string& id, const std::string& remote_id, const std::string& resume_url,
                        Timestamp now) override {
    return change(id, [&](Purchase was) { return with_remote_id(std::move(was), remote_id, resume_url, now); });
  }

  Result<void> settle(const std::string& id, const Settlement& settlement, Timestamp now) override {
    return change(id, [&](Purchase was) { return settled(std::move(was), settlement, now); });
  }

  Result<void> erase(const std::string& id, Timestamp now) override {
    return change(id, [&](Purchase was) -> Result<Purchase> { return erased(std::move(was), now); });
  }

  Result<std::optional<Purchase>> blocking(const std::string& job_id, const std::string& slot) override {
    const std::lock_guard lock(mutex_);
    const auto found = blocking_.find({job_id, slot});
    return found == blocking_.end() ? std::optional<Purchase>() : purchases_.at(found->second);
  }

  Result<std::optional<Purchase>> blocking_master(const std::string& master_key) override {
    const std::lock_guard lock(mutex_);
    const auto found = masters_.find(master_key);
    return found == masters_.end() ? std::optional<Purchase>() : purchases_.at(found->second);
  }

  Result<Purchase> find(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    const auto found = purchases_.find(id);
    if (found == purchases_.end()) return Error(Errc::not_found, "purchase " + id + ": there is none");
    return found->second;
  }

  Result<LedgerPage> list(const LedgerQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_ledger_cursor(query.after);
    if (!after) return after.error();
    const std::lock_guard lock(mutex_);
    LedgerPage page;
    for (auto at = *after ? oldest_.upper_bound(**after) : oldest_.begin(); at != oldest_.end(); ++at) {
      const Purchase& purchase = purchases_.at(at->id);
      if (!matches(purchase, query)) continue;
      if (page.purchases.size() == static_cast<std::size_t>(query.limit)) {
        page.next = to_cursor(page.purchases.back());
        break;
      }
      page.purchases.push_back(purchase);
    }
    return page;
  }

  Result<BudgetUse> used(const std::string& scope) override {
    const std::lock_guard lock(mutex_);
    const auto found = used_.find(scope);
    return BudgetUse{found == used_.end() ? Usd{} : found->second};
  }

 private:
  using Slot = std::pair<std::string, std::string>;

  static bool matches(const Purchase& purchase, const LedgerQuery& query) {
    return (!query.job_id || purchase.job_id == *query.job_id) && (!query.user || purchase.user == *query.user) &&
           (!query.state || purchase.state == *query.state) && (!query.from || purchase.created >= *query.from) && (!query.until || purchase.created < *query.until);
  }

  template <class Change>
  Result<void> change(const std::string& id, const Change& how) {
    const std::lock_guard lock(mutex_);
    const auto found = purchases_.find(id);
    if (found == purchases_.end()) return Error(Errc::not_found, "purchase " + id + ": there is none");
    const auto changed = how(found->second);
    if (!changed) return changed.error();
    put(*changed);
    return {};
  }

  void put(const Purchase& purchase) {
    Purchase& kept = purchases_[purchase.id];
    const Usd before = kept.id.empty() ? Usd{} : held_by(kept);
    for (const std::string& scope : scopes_of(purchase, purchase.created)) used_[scope] += held_by(purchase) - before;
    kept = purchase;
    oldest_.insert({purchase.created, purchase.id});
    for (const PurchasePlace& place : places_of(purchase)) {
      mark(blocking_, Slot{purchase.job_id, place.slot}, purchase);
      if (!place.master_key.empty()) mark(masters_, place.master_key, purchase);
    }
  }

  template <class Key>
  static void mark(std::map<Key, std::string>& blocked, const Key& key, const Purchase& purchase) {
    if (purchase.blocks)
      blocked[key] = purchase.id;
    else if (const auto found = blocked.find(key); found != blocked.end() && found->second == purchase.id)
      blocked.erase(found);
  }

  std::mutex mutex_;
  std::map<std::string, Purchase> purchases_;
  std::set<LedgerCursor> oldest_;
  std::map<Slot, std::string> blocking_;
  std::map<std::string, std::string> masters_;  // by the key of the master
  std::map<Slot, int> numbers_;
  std::map<std::string, Usd> used_;
};

}  // namespace

std::unique_ptr<Ledger> make_memory_ledger() {
  return std::make_unique<MemoryLedger>();
}

}  // namespace imagegen
