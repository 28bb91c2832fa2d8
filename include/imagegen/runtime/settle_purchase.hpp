#pragma once
#include <imagegen/state/state.hpp>

#include <optional>
#include <string>

namespace imagegen {

/// What somebody has found out about a purchase, on the provider's bill for example.
struct PurchaseVerdict {
  /// What is to become of it.
  enum class Outcome : std::uint8_t {
    released,   ///< Nothing is owed; its estimate is free again, and so is its slot.
    settled,    ///< It did cost `actual`. Its slot stays taken.
    buy_again,  ///< The slot may be bought again; what is held for this one, or was paid, stays.
  } outcome{};
  Usd actual = {};        ///< For settled.
  std::string note = {};  ///< Why, for people; at most 1000 bytes.
};

/// "released", "settled", "buyAgain"
std::optional<PurchaseVerdict::Outcome> parse_purchase_outcome(std::string_view word) noexcept;

/// Ends a purchase of which nobody knows how it ended: one that is intended, submitted or outcome_unknown. A settled one
/// may be bought again too, whose picture is lost. Blocks.
///
/// \param id Purchase::id, "<job>/<slot>/<n>".
/// \return The purchase after it. Errc::not_found; Errc::conflict when it has ended already, and while the job runs whose
///         purchase is not yet known to have gone wrong; Errc::invalid_argument for an amount out of range or a note that
///         is too long; errors of the ledger and the store of jobs.
Result<Purchase> settle_purchase(State& state, const std::string& id, const PurchaseVerdict& verdict, Timestamp now);

}  // namespace imagegen
