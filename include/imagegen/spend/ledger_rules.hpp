#pragma once
#include <imagegen/spend/ledger.hpp>

/// \file What a ledger decides, apart from where it is kept: for makers of a Ledger. Pure.
namespace imagegen {

/// Errc::invalid_argument for a job or slot that is empty or holds '/', texts over 256 bytes (URLs 4096), a negative
/// estimate, or images out of 1..1000.
Result<void> check_intent(const PurchaseIntent& intent);

/// The limit for a scope, if there is one.
std::optional<Usd> limit_of(const Budgets& budgets, std::string_view scope);

/// Errc::budget_exceeded when `intent` does not fit what is left of one scope, or has no user under a budget of users.
Result<void> check_budget(const PurchaseIntent& intent, const Budgets& budgets, std::string_view scope, Usd used);

/// What a purchase holds of its budgets in its present state.
Usd held_by(const Purchase& purchase) noexcept;

/// The new row. \param number How many purchases the slot has had, this one included.
Purchase make_purchase(const PurchaseIntent& intent, int number, Timestamp now);

/// Errc::conflict when it has ended.
Result<Purchase> with_remote_id(Purchase purchase, const std::string& remote_id, const std::string& resume_url,
                                Timestamp now);

/// Errc::conflict when it has ended otherwise, Errc::invalid_argument for a state that is no end.
Result<Purchase> settled(Purchase purchase, const Settlement& settlement, Timestamp now);

/// A history as one text for a database, and back; what is no history reads as none.
std::string history_text(const std::vector<PurchaseReason>& history);
std::vector<PurchaseReason> parse_history(std::string_view text);

/// LedgerPage::next and back, as with jobs.
struct LedgerCursor {
  Timestamp created{};
  std::string id;
  friend auto operator<=>(const LedgerCursor&, const LedgerCursor&) = default;
};
std::string to_cursor(const Purchase& purchase);
Result<std::optional<LedgerCursor>> parse_ledger_cursor(std::string_view text);
Result<void> check_query(const LedgerQuery& query);

}  // namespace imagegen
