#include "state/postgres/ledger.hpp"

#include "state/postgres/purchase_rows.hpp"

namespace imagegen::state {
namespace {

#define IMAGEGEN_BLOCKING_SLOT(slot) \
  "(SELECT " IMAGEGEN_PURCHASE_OF_ROW " FROM imagegen_purchases WHERE job_id = $1 AND slot = " slot " AND blocks)"
#define IMAGEGEN_BLOCKING_KEY(key)                                                           \
  "(SELECT " IMAGEGEN_PURCHASE_OF_ROW " FROM imagegen_purchases WHERE master_key = " key \
  " AND master_key <> '' AND blocks)"

constexpr const char* kBlocking =
    "SELECT " IMAGEGEN_PURCHASE_COLUMNS " FROM imagegen_purchases WHERE id = " IMAGEGEN_BLOCKING_SLOT("$2");
constexpr const char* kBlockingMaster =
    "SELECT " IMAGEGEN_PURCHASE_COLUMNS " FROM imagegen_purchases WHERE id = " IMAGEGEN_BLOCKING_KEY("$1");
constexpr const char* kFindPurchase =
    "SELECT " IMAGEGEN_PURCHASE_COLUMNS " FROM imagegen_purchases WHERE id = $1 AND part_of = ''";
constexpr const char* kPurchaseToChange =
    "SELECT " IMAGEGEN_PURCHASE_COLUMNS " FROM imagegen_purchases WHERE id = $1 AND part_of = '' FOR UPDATE";

constexpr const char* kListPurchases = "SELECT " IMAGEGEN_PURCHASE_COLUMNS R"sql( FROM imagegen_purchases
WHERE part_of = '' AND ($1::text IS NULL OR job_id = $1) AND ($2::text IS NULL OR user_id = $2)
  AND ($3::bigint IS NULL OR created >= $3) AND ($4::bigint IS NULL OR created < $4)
  AND ($5::bigint IS NULL OR (created, id) > ($5, $6)) AND ($8::text IS NULL OR state = $8)
ORDER BY created, id LIMIT $7)sql";

// Always in the order of scopes_of(), so that two changes never wait for each other in a circle. The rows stay locked,
// so that what is read here holds until the commit.
constexpr const char* kCount = R"sql(
INSERT INTO imagegen_budgets AS b (scope, used)
SELECT s.scope, $2 FROM unnest($1::text[]) WITH ORDINALITY AS s (scope, place) ORDER BY s.place
ON CONFLICT (scope) DO UPDATE SET used = b.used + excluded.used RETURNING scope, used)sql";

// For each place who blocks its slot and its key; and how many purchases the slot has had.
constexpr const char* kLook = "SELECT " IMAGEGEN_BLOCKING_SLOT("p.slot") ", " IMAGEGEN_BLOCKING_KEY("p.master_key")
    R"sql(, (SELECT coalesce(max(number), 0) FROM imagegen_purchases WHERE job_id = $1 AND slot = p.slot)
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS p (slot, master_key, place) ORDER BY p.place)sql";

Result<PgRows> count(PgConnection& connection, const std::vector<std::string>& scopes, Usd amount) {
  return connection.run(kCount, PgParams().texts(scopes, "purchase job or user").number(amount.nanos));
}

// The budgets first: their rows, of which one belongs to the job and one to all, keep others out until the commit.
Result<Purchase> reserve_in(PgConnection& connection, const PurchaseIntent& intent, const Budgets& budgets,
                            Timestamp now) {
  const Usd amount = intent.estimate.value_or(Usd{});
  const auto counted = count(connection, scopes_of(intent, now), amount);
  if (!counted) return counted.error();
  PgParams params;
  params.text(intent.job_id, "purchase job");
  const auto places = places_of(intent);
  add_places(params, places);
  const auto looked = connection.run(kLook, params);
  if (!looked) return looked.error();
  for (int row = 0; row < looked->size(); ++row) {
    const PurchasePlace& place = places[static_cast<std::size_t>(row)];
    if (!looked->is_null(row, 0)) return slot_is_taken(place, looked->text(row, 0));
    if (!looked->is_null(row, 1)) return key_is_taken(place, looked->text(row, 1));
  }
  for (int row = 0; row < counted->size(); ++row) {
    const Usd before = Usd{counted->number(row, 1)} - amount;
    if (const auto fits = check_budget(intent, budgets, counted->text(row, 0), before); !fits) return fits.error();
  }
  const int number = static_cast<int>(looked->number(0, 2)) + 1;
  Purchase purchase = make_purchase(intent, number, now);
  if (const auto written = insert_purchase(connection, purchase, number); !written) return written.error();
  return purchase;
}

class PgLedger : public Ledger {
 public:
  explicit PgLedger(std::shared_ptr<PgDatabase> database) : database_(std::move(database)) {}

  Result<Purchase> reserve(const PurchaseIntent& intent, const Budgets& budgets, Timestamp now) override {
    if (const auto checked = check_intent(intent); !checked) return checked.error();
    return database_->transact(Durable::yes,
                               [&](PgConnection& connection) { return reserve_in(connection, intent, budgets, now); });
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
    return one_of(database_->run(kBlocking, PgParams().text(job_id, "job").text(slot, "slot")));
  }

  Result<std::optional<Purchase>> blocking_master(const std::string& master_key) override {
    return one_of(database_->run(kBlockingMaster, PgParams().text(master_key, "master_key")));
  }

  Result<Purchase> find(const std::string& id) override {
    auto found = one_of(database_->run(kFindPurchase, PgParams().text(id, "purchase id")));
    if (!found) return found.error();
    if (!*found) return Error(Errc::not_found, "purchase " + id + ": there is none");
    return std::move(**found);
  }

  Result<LedgerPage> list(const LedgerQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_ledger_cursor(query.after);
    if (!after) return after.error();
    PgParams params;
    params.maybe_text(query.job_id, "job").maybe_text(query.user, "user").time(query.from).time(query.until);
    params.time(*after ? std::optional((*after)->created) : std::nullopt);
    params.maybe_text(*after ? std::optional((*after)->id) : std::nullopt, "after").number(query.limit + 1);
    params.maybe_text(query.state ? std::optional(std::string(to_string(*query.state))) : std::nullopt, "state");
    const auto rows = database_->run(kListPurchases, params);
    if (!rows) return rows.error();
    return page_of(*rows, query.limit);
  }

  Result<BudgetUse> used(const std::string& scope) override {
    const auto rows =
        database_->run("SELECT used FROM imagegen_budgets WHERE scope = $1", PgParams().text(scope, "scope"));
    if (!rows) return rows.error();
    return BudgetUse{rows->empty() ? Usd{} : Usd{rows->number(0, 0)}};
  }

 private:
  static Result<std::optional<Purchase>> one_of(const Result<PgRows>& rows) {
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Purchase>();
    auto purchase = purchase_from(*rows, 0);
    if (!purchase) return purchase.error();
    return std::optional(std::move(*purchase));
  }

  static Result<LedgerPage> page_of(const PgRows& rows, int limit) {
    LedgerPage page;
    for (int row = 0; row < std::min(rows.size(), limit); ++row) {
      auto purchase = purchase_from(rows, row);
      if (!purchase) return purchase.error();
      page.purchases.push_back(std::move(*purchase));
    }
    if (rows.size() > limit) page.next = to_cursor(page.purchases.back());
    return page;
  }

  template <class Change>
  Result<void> change(const std::string& id, const Change& how) {
    return database_->transact(Durable::yes, [&](PgConnection& connection) -> Result<void> {
      const auto rows = connection.run(kPurchaseToChange, PgParams().text(id, "purchase id"));
      if (!rows) return rows.error();
      if (rows->empty()) return Error(Errc::not_found, "purchase " + id + ": there is none");
      auto was = purchase_from(*rows, 0);
      if (!was) return was.error();
      const Usd held = held_by(*was);
      const Result<Purchase> now = how(std::move(*was));
      if (!now) return now.error();
      if (const auto saved = save_purchase(connection, *now); !saved) return saved.error();
      const Usd difference = held_by(*now) - held;
      if (difference == Usd{}) return {};
      const auto counted = count(connection, scopes_of(*now, now->created), difference);
      if (!counted) return counted.error();
      return {};
    });
  }

  const std::shared_ptr<PgDatabase> database_;
};

}  // namespace

std::unique_ptr<Ledger> make_postgres_ledger(std::shared_ptr<PgDatabase> database) {
  return std::make_unique<PgLedger>(std::move(database));
}

}  // namespace imagegen::state
