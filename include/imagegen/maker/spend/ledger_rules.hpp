#pragma once
#include <imagegen/spend/ledger.hpp>

/// \file What a ledger decides, apart from where it is kept: for makers of a Ledger. Pure.
namespace imagegen {

/// Errc::invalid_argument for a job or slot that is empty or holds '/', texts over 256 bytes (keys 1024), a negative
/// estimate, images out of 1..1000 or fewer than places, more than 64 places, a slot or key twice, and further places
/// that are not UTF-8.
Result<void> check_intent(const PurchaseIntent& intent);

/// Errc::already_exists for a place that another purchase has: by its slot, or by its key.
Error slot_is_taken(const PurchasePlace& place, std::string_view purchase_id);
/// The same for a place that another has by its key.
Error key_is_taken(const PurchasePlace& place, std::string_view purchase_id);

/// The limit for a scope, if there is one.
std::optional<Usd> limit_of(const Budgets& budgets, std::string_view scope);

/// Errc::budget_exceeded when `intent` does not fit what is left of one scope, or has no user under a budget of users.
Result<void> check_budget(const PurchaseIntent& intent, const Budgets& budgets, std::string_view scope, Usd used);

/// What a purchase holds of its budgets in its present state.
Usd held_by(const Purchase& purchase) noexcept;

/// The new row. \param number How many purchases its first slot has had, this one included; those count, too, for
/// which it was a further one.
Purchase make_purchase(const PurchaseIntent& intent, int number, Timestamp now);

/// Errc::conflict when it has ended.
Result<Purchase> with_remote_id(Purchase purchase, const std::string& remote_id, const std::string& resume_url,
                                Timestamp now);

/// Errc::conflict when it has ended otherwise, Errc::invalid_argument for a state that is no end.
Result<Purchase> settled(Purchase purchase, const Settlement& settlement, Timestamp now);

/// What Ledger::erase() leaves of it.
Purchase erased(Purchase purchase, Timestamp now);

/// A history as one text for a database, and back; what is no history reads as none.
std::string history_text(const std::vector<PurchaseReason>& history);
/// The history that history_text() made the text of.
std::vector<PurchaseReason> parse_history(std::string_view text);

/// PurchaseIntent::also as one text for a database, and back; empty for none. Nothing for another text.
std::string also_text(const std::vector<PurchasePlace>& also);
/// The places that also_text() made the text of.
std::optional<std::vector<PurchasePlace>> parse_also(std::string_view text);

/// LedgerPage::next and back, as with jobs.
struct LedgerCursor {
  Timestamp created{};  ///< Of the last row of the page.
  std::string id;       ///< Of the same row.
  friend auto operator<=>(const LedgerCursor&, const LedgerCursor&) = default;
};
/// The cursor behind `purchase`, as text.
std::string to_cursor(const Purchase& purchase);
/// Nothing for an empty text, the first page; Errc::invalid_argument for what to_cursor() did not make.
Result<std::optional<LedgerCursor>> parse_ledger_cursor(std::string_view text);
/// Errc::invalid_argument for a limit out of its range.
Result<void> check_query(const LedgerQuery& query);

}  // namespace imagegen
