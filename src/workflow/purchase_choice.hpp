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

// Which entry of the route is asked, and which comes next.
class RouteWalk {
 public:
  // Both outlive it. The order's deadline is looked at now.
  RouteWalk(const PurchaseServices& services, const PurchaseOrder& order);

  const Result<PurchaseChoice>& current() const { return choices()[at_]; }
  // Whether something can be bought from the current entry.
  bool is_open() const { return is_open(at_); }
  bool has_next() const { return next() < choices().size(); }
  // Goes on, where there is a next one and time enough for it: what is begun too late ends in flight, and is paid for and
  // lost.
  bool go_on();
  // How long to stand in line at the current entry.
  Deadline line() const;

  // What is sent for a purchase: what the entry makes of the wish that it was begun with. Null: it was begun for another.
  const PurchaseChoice* of(const Purchase& purchase) const;

  // Takes what is known out of memory; it is found again when it is asked for.
  void rest() { choices_ = {}; }

 private:
  bool is_open(std::size_t entry) const { return choices()[entry] && !choices()[entry]->refused; }
  std::size_t next() const;
  const std::vector<Result<PurchaseChoice>>& choices() const;

  const PurchaseServices& services_;
  const PurchaseOrder& order_;
  std::chrono::steady_clock::duration time_;  // that there was when it began
  std::size_t at_ = 0;
  mutable std::vector<Result<PurchaseChoice>> choices_;  // always the same; empty: not looked at yet
};

// What came is paid for: at what it did cost, where that is told.
Settlement settlement_of(const PriceTable& prices, const ProviderCapability& capability, const BoughtFrom& from,
                         const std::optional<Usage>& usage);

}  // namespace imagegen
