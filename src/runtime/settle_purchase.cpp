#include <imagegen/runtime/settle_purchase.hpp>

#include <algorithm>
#include <array>

namespace imagegen {
namespace {

using Outcome = PurchaseVerdict::Outcome;

constexpr std::array<std::string_view, 3> kOutcomes = {"released", "settled", "buyAgain"};
constexpr std::array<std::string_view, 3> kNotes = {"an operator says that nothing is owed",
                                                    "an operator says what it did cost",
                                                    "an operator lets it be bought again"};
constexpr std::size_t kLongestNote = 1000;  // bytes
constexpr int kPage = 1000;

Result<Purchase> find(Ledger& ledger, const std::string& id) {
  LedgerQuery query;
  query.job_id = id.substr(0, id.find('/'));
  query.limit = kPage;
  do {
    const auto page = ledger.list(query);
    if (!page) return page.error();
    for (const Purchase& purchase : page->purchases)
      if (purchase.id == id) return purchase;
    query.after = page->next;
  } while (!query.after.empty());
  return Error{Errc::not_found, "purchase " + id + ": there is none; expected an id that `imagegen spend --csv` lists"};
}

// While its job runs, whoever does that settles it.
Result<void> check_that_nobody_does(State& state, const Purchase& purchase) {
  if (purchase.state == PurchaseState::settled || purchase.state == PurchaseState::released) {
    return Error{Errc::conflict, "purchase " + purchase.id + ": expected one that has not ended, it is " +
                                     std::string(to_string(purchase.state)) + " already"};
  }
  if (purchase.state == PurchaseState::outcome_unknown) return {};
  const auto job = state.jobs->find(purchase.job_id);
  if (!job) return job.error();
  if (!*job || (*job)->state != JobState::running) return {};
  return Error{Errc::conflict, "purchase " + purchase.id + ": job " + purchase.job_id +
                                   " is running and settles it by itself; wait until it has ended, or cancel it"};
}

Settlement settlement_of(const PurchaseVerdict& verdict) {
  Settlement settlement;
  settlement.note = verdict.note.empty() ? kNotes[static_cast<std::size_t>(verdict.outcome)] : verdict.note;
  switch (verdict.outcome) {
    case Outcome::released:
      settlement.state = PurchaseState::released;
      break;
    case Outcome::settled:
      settlement.state = PurchaseState::settled;
      settlement.actual = verdict.actual;
      settlement.source = CostSource::provider;
      break;
    case Outcome::buy_again:
      settlement.state = PurchaseState::outcome_unknown;
      settlement.blocks = false;
      break;
  }
  return settlement;
}

Result<void> check(const PurchaseVerdict& verdict) {
  if (verdict.note.size() > kLongestNote) {
    return Error{Errc::invalid_argument,
                 "note: expected at most 1000 bytes, got " + std::to_string(verdict.note.size())};
  }
  if (verdict.actual >= Usd{} && verdict.actual <= kMostUsd) return {};
  return Error{Errc::invalid_argument, "actual: " + expected_usd() + ", got " + to_string(verdict.actual)};
}

}  // namespace

std::optional<Outcome> parse_purchase_outcome(std::string_view word) noexcept {
  const auto found = std::find(kOutcomes.begin(), kOutcomes.end(), word);
  if (found == kOutcomes.end()) return std::nullopt;
  return static_cast<Outcome>(found - kOutcomes.begin());
}

Result<Purchase> settle_purchase(State& state, const std::string& id, const PurchaseVerdict& verdict, Timestamp now) {
  if (const auto checked = check(verdict); !checked) return checked.error();
  const auto purchase = find(*state.ledger, id);
  if (!purchase) return purchase.error();
  if (const auto free = check_that_nobody_does(state, *purchase); !free) return free.error();
  if (const auto done = state.ledger->settle(id, settlement_of(verdict), now); !done) return done.error();
  return find(*state.ledger, id);
}

}  // namespace imagegen
