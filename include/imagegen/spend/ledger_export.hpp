#pragma once
#include <imagegen/spend/ledger.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace imagegen {

/// What purchases come to. What is not settled counts with its estimate.
struct LedgerSum {
  Usd held;                ///< As the budgets count it.
  Usd settled;             ///< Of what is settled, actual or estimated.
  int purchases = 0;       ///< Of any state.
  int images = 0;          ///< Settled.
  int unknown = 0;         ///< Outcomes that are not known.
  int unknown_prices = 0;  ///< Settled without a price: not in the sums.
};

/// Adds up what is in `purchases`, and nothing of the book beside them.
LedgerSum sum_up(std::span<const Purchase> purchases);

/// By what purchases can be told apart.
enum class LedgerGrouping : std::uint8_t { user, day, model, provider };

/// "user", "day", "model", "provider"
std::string_view to_string(LedgerGrouping grouping) noexcept;

/// Those that have something in common.
struct LedgerGroup {
  std::string key;  ///< The user, the UTC day "2026-11-21" on which they were begun, the model or the provider.
  LedgerSum sum;    ///< Of theirs.
};

/// Adds up each group, by key. Those without a user have the key "".
std::vector<LedgerGroup> sum_up_by(std::span<const Purchase> purchases, LedgerGrouping grouping);

/// RFC 4180 with a header line, amounts in US dollars, times in UTC; UTF-8. Fields that a spreadsheet would take for a
/// formula begin with an apostrophe.
std::string to_csv(std::span<const Purchase> purchases);

/// One of them as a JSON object. One that fills several slots has `also`: `[{"slot": "1", "masterKey": "..."}]`.
std::string to_json(const Purchase& purchase);

/// `{"purchases": [...], "sum": {...}}`
std::string to_json(std::span<const Purchase> purchases);

}  // namespace imagegen
