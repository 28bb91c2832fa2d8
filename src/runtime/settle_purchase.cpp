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

// That its slot may be bought again can be said of a settled one too: its picture may be lost.
bool may_end_so(const Purchase& purchase, Outcome outcome) {
  if (purchase.state == PurchaseState::released) return false;
  return purchase.state != PurchaseState::settled || (outcome == Outcome::buy_again && purchase.blocks);
}

// While its job runs, whoever does that settles it.
Result<void> check_that_nobody_does(State& state, const Purchase& purchase, Outcome outcome) {
  if (!may_end_so(purchase, outcome)) {
    return Error{Errc::conflict, "purchase " + purchase.id + ": expected one that has not ended, it is " +
                                     std::string(to_string(purchase.state)) + " already"};
  }
  if (purchase.state == PurchaseState::outcome_unknown || purchase.state == PurchaseState::settled) return {};
  const auto job = state.jobs->find(purchase.job_id);
  if (!job) return job.error();
  if (!*job || (*job)->state != JobState::running) return {};
  return Error{Errc::conflict, "purchase " + purchase.id + ": job " + purchase.job_id +
                                   " is running and settles it by itself; wait until it has ended, or cancel it"};
}

Settlement settlement_of(const Purchase& purchase, const PurchaseVerdict& verdict) {
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
      settlement.state =
          purchase.state == PurchaseState::settled ? PurchaseState::settled : PurchaseState::outcome_unknown;
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
  const auto purchase = state.ledger->find(id);
  if (!purchase) return purchase.error();
  if (const auto free = check_that_nobody_does(state, *purchase, verdict.outcome); !free) return free.error();
  if (const auto done = state.ledger->settle(id, settlement_of(*purchase, verdict), now); !done) return done.error();
  return state.ledger->find(id);
}

}  // namespace imagegen
