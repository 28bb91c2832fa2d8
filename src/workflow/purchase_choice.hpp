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

PurchaseIntent intent_of(const PurchaseOrder& order, const PurchaseChoice& choice);
// Whether a row is what was written for an intent, and nothing has been done with it yet.
bool is_of(const Purchase& purchase, const PurchaseIntent& intent);

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
  // lost. `why`: what came of the current one.
  bool go_on(const Error& why);
  // An error of the last one that was asked, with what came of those before it: an operator has to see them all.
  Error all_told(Error error) const;
  // How long to stand in line at the current entry.
  Deadline line() const;

  // What is sent for a purchase: what the entry makes of the wish that it was begun with. Null: it was begun for another.
  const PurchaseChoice* of(const Purchase& purchase) const;

  // Takes what is known out of memory; it is found again when it is asked for.
  void rest() { choices_ = choices_as_begun_ = {}; }

 private:
  ProviderModel asked() const;
  bool is_open(std::size_t entry) const { return choices()[entry] && !choices()[entry]->refused; }
  std::size_t next() const;
  const std::vector<Result<PurchaseChoice>>& choices() const;
  // For as many pictures as the purchase was begun for, which may be more or fewer than are missing now.
  const std::vector<Result<PurchaseChoice>>& choices_for(const Purchase& purchase) const;

  const PurchaseServices& services_;
  const PurchaseOrder& order_;
  std::chrono::steady_clock::duration time_;  // that there was when it began
  std::size_t at_ = 0;
  std::string earlier_;  // what came of those before
  mutable std::vector<Result<PurchaseChoice>> choices_;  // always the same; empty: not looked at yet
  mutable std::vector<Result<PurchaseChoice>> choices_as_begun_;
};

// What came is paid for: at what it did cost, where that is told.
Settlement settlement_of(const PriceTable& prices, const ProviderCapability& capability, const BoughtFrom& from,
                         const std::optional<Usage>& usage);

}  // namespace imagegen
