#pragma once
#include <imagegen/core/money.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file The book of purchases. A row is written before anything is bought, so that whatever is killed when, the book
/// knows what may have been spent.
namespace imagegen {

/// How far a purchase has come.
enum class PurchaseState : std::uint8_t {
  intended,         ///< Reserved; whether the provider was asked is not known.
  submitted,        ///< The provider works on it under `remote_id`.
  settled,          ///< The picture is ours.
  released,         ///< Certainly nothing is owed.
  outcome_unknown,  ///< Something may be owed; the estimate stays reserved.
};

/// "intended", "submitted", "settled", "released", "outcome_unknown"
std::string_view to_string(PurchaseState state) noexcept;
/// Reads the names of to_string(); nothing for others.
std::optional<PurchaseState> parse_purchase_state(std::string_view text);

/// Where the actual cost is from.
enum class CostSource : std::uint8_t { none, estimate, usage, provider };
/// "none", "estimate", "usage", "provider"
std::string_view to_string(CostSource source) noexcept;
/// Reads the names of to_string(); nothing for others.
std::optional<CostSource> parse_cost_source(std::string_view text);

/// At most so much, over all time for job, user and total, and per UTC day. Absent: no limit.
struct Budgets {
  /// For a job, for a user, for a UTC day, for all purchases.
  std::optional<Usd> job = {}, user = {}, day = {}, total = {};
  bool allow_unknown_price = false;  ///< Lets a purchase without a known price through.

  /// Whether there is a limit at all.
  bool any() const noexcept { return job || user || day || total; }
};

/// What one picture of a purchase is for.
struct PurchasePlace {
  std::string slot;             ///< Within the job: not empty, without '/'.
  std::string master_key = {};  ///< The key under which the picture is kept. Empty: none.

  friend bool operator==(const PurchasePlace&, const PurchasePlace&) = default;
};

/// One purchase as the caller intends it.
struct PurchaseIntent {
  std::string job_id;  ///< Or whatever groups the purchases of one piece of work; not empty, without '/'.
  std::string slot;    ///< Not empty, without '/'. What it is for, within the job: "0", "OL-1". At most one purchase
                       ///< blocks a slot.
  std::string user;               ///< May be empty.
  int attempt = 0;                ///< Of the job.
  std::string provider, model;    ///< Who is asked for it, by names of this library's.
  std::string request_hash;       ///< SHA-256 of what will be sent, in hexadecimal.
  std::optional<Usd> estimate{};  ///< Absent: unknown.
  int images = 1;                 ///< At least one for each place: 1 + also.size() or more.
  /// The key under which its picture is kept: at most one purchase blocks it, over all jobs. Empty: none.
  std::string master_key = {};
  /// Further slots of the job that the same answer fills, in the order of its pictures after that of `slot`: at most
  /// 63, in UTF-8. What is said of `slot` and `master_key` holds for each of them.
  std::vector<PurchasePlace> also = {};
};

/// Why a purchase is as it is, from the moment when that was found out.
struct PurchaseReason {
  Timestamp time{};                               ///< When it was found out.
  PurchaseState state = PurchaseState::intended;  ///< Which state it explains.
  std::string note;                               ///< For people; UTF-8.

  friend bool operator==(const PurchaseReason&, const PurchaseReason&) = default;
};

/// A row of the book.
struct Purchase : PurchaseIntent {
  /// "<job>/<slot>/<n>" with its first slot: the n-th purchase for that slot, also counting those for which it was a
  /// further one.
  std::string id;
  PurchaseState state = PurchaseState::intended;  ///< How far it has come.
  bool blocks = true;                             ///< No further purchase for any of its places.
  std::string remote_id, resume_url;              ///< For submitted.
  std::optional<Usd> actual{};                    ///< What it did cost, where that is known.
  CostSource actual_source = CostSource::none;    ///< Where `actual` is from.
  std::string note;                     ///< Why it was released or is unknown; for people. The newest of `history`.
  std::vector<PurchaseReason> history;  ///< All reasons, oldest first; at most the first and the newest 31.
  Timestamp created{}, updated{};       ///< Wall clock, of whoever wrote the row.
};

/// How a purchase ended.
struct Settlement {
  PurchaseState state = PurchaseState::settled;  ///< settled, released or outcome_unknown.
  std::optional<Usd> actual = {};                ///< For settled; absent: the estimate stands for it.
  CostSource source = CostSource::none;          ///< Where `actual` is from.
  std::string note = {};                         ///< Why, for people; goes into the history.
  bool blocks = true;  ///< False: its slots may all be bought again. A released one never blocks.
};

/// What stands in the place of each reason of a purchase that was erased.
inline constexpr std::string_view kErasedNote = "erased";

/// Whether Ledger::erase() has left no text of this purchase.
bool is_erased(const Purchase& purchase) noexcept;

/// Which rows Ledger::list() gives; what is absent does not matter.
struct LedgerQuery {
  std::optional<std::string> job_id = {}, user = {};  ///< Exactly these.
  std::optional<PurchaseState> state = {};            ///< Only those that are in it now.
  std::optional<Timestamp> from = {}, until = {};     ///< By time of creation: from <= created < until.
  std::string after = {};                             ///< LedgerPage::next of the page before.
  int limit = 100;                                    ///< 1..10000
};

/// Some rows, and where to go on.
struct LedgerPage {
  std::vector<Purchase> purchases;  ///< Oldest first, by time of creation and then id.
  std::string next;                 ///< Empty: that was the last page.
};

/// What the book holds against one budget.
struct BudgetUse {
  Usd used;  ///< Actual costs, and estimates of what is not settled.
};

/// The book. Every function is one transaction, blocks (most for about a millisecond), and is safe from any thread.
/// Errors beside those named: unavailable, storage_failed, invalid_argument.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Reserves the estimate against every budget, once, and blocks all places of the intent, or does nothing. Durable
  /// when it returns. Errc::budget_exceeded naming the budget, what is left of it and what was asked, also for an
  /// unknown price under a budget that does not allow it, and for a purchase of nobody's under a budget of users;
  /// Errc::already_exists while another purchase blocks one of the places, naming both.
  virtual Result<Purchase> reserve(const PurchaseIntent& intent, const Budgets& budgets, Timestamp now) = 0;

  /// Keeps the remote id, before the first poll. Durable when it returns. Errc::not_found; Errc::conflict when it has
  /// ended.
  virtual Result<void> remember(const std::string& id, const std::string& remote_id, const std::string& resume_url,
                                Timestamp now) = 0;

  /// Ends a purchase and corrects the budgets by what it did cost. One that was unknown may still be settled or
  /// released. Errc::not_found; Errc::conflict when it has ended otherwise; doing the same twice is fine.
  virtual Result<void> settle(const std::string& id, const Settlement& settlement, Timestamp now) = 0;

  /// Takes out of a purchase what may quote a prompt or an answer: its reasons, and where its picture was. Amounts, state,
  /// provider, model, user, keys and times stay, and so does what budgets hold. Its pictures are gone or somebody else's, so
  /// its slots and keys may be bought again, and one that was under way is outcome_unknown. Doing it twice is fine.
  /// Errc::not_found; Errc::unsupported where a ledger of a host's own has no such function.
  virtual Result<void> erase(const std::string& id, Timestamp now);

  /// What blocks the slot, if anything: the slot may be a further one of the purchase that is given.
  virtual Result<std::optional<Purchase>> blocking(const std::string& job_id, const std::string& slot) = 0;

  /// What blocks the key of a master, of whatever job.
  virtual Result<std::optional<Purchase>> blocking_master(const std::string& master_key) = 0;

  /// Errc::not_found.
  virtual Result<Purchase> find(const std::string& id) = 0;

  /// Rows by time of creation, a page at a time. Errc::invalid_argument for a limit out of range, or an `after` that is
  /// no cursor.
  virtual Result<LedgerPage> list(const LedgerQuery& query) = 0;

  /// What is used of a budget: "job:<id>", "user:<id>", "day:2026-11-21", "total".
  virtual Result<BudgetUse> used(const std::string& scope) = 0;
};

/// Lives in this process and ends with it.
std::unique_ptr<Ledger> make_memory_ledger();

/// All that a purchase fills, in the order of its pictures: its first place, then `also`.
std::vector<PurchasePlace> places_of(const PurchaseIntent& intent);

/// The scopes that a purchase counts against, in a fixed order: day, job, total, and user if there is one.
std::vector<std::string> scopes_of(const PurchaseIntent& intent, Timestamp now);

/// Errc::invalid_argument for a limit that no budget can have: below 0, or above kMostUsd. Documents and environment were
/// checked as they were read; a C++ host fills in what it likes. \param name Of the limit, for the message.
Result<void> check_limit(std::string_view name, const std::optional<Usd>& limit);

/// Errc::budget_exceeded where `budgets` limit what a user may spend and there is no user: such a limit would hold
/// nobody back. \param user Whose purchase it would be; may be empty.
Result<void> check_user_budget(const Budgets& budgets, std::string_view user);

/// What is left of the tightest budget that a purchase of `intent`'s job and user counts against; nothing where there
/// is no limit. For telling people early: only reserve() decides. Errors of Ledger::used().
Result<std::optional<Usd>> remaining_budget(Ledger& ledger, const Budgets& budgets, const PurchaseIntent& intent,
                                            Timestamp now);

}  // namespace imagegen
