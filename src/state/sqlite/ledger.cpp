#include <imagegen/spend/ledger.hpp>

#include <imagegen/maker/spend/ledger_rules.hpp>

#include <utility>

#include "state/sqlite/purchase_rows.hpp"
#include "state/sqlite/stores.hpp"

namespace imagegen::sqlite {
namespace {

std::optional<Purchase> load(Connection& connection, const std::string& id) {
  static const std::string kSql = kSelectPurchase + "WHERE id = ? AND part_of = ''";
  auto row = connection.statement(kSql, id);
  if (!row.next()) return std::nullopt;
  return read_purchase(connection, row);
}

std::optional<Purchase> blocking_in(Connection& connection, const std::string& job_id, const std::string& slot) {
  static const std::string kSql = kSelectPurchase + "WHERE id = (SELECT " + kPurchaseOfRow +
                                  " FROM purchase WHERE blocks = 1 AND job_id = ? AND slot = ?)";
  auto row = connection.statement(kSql, job_id, slot);
  if (!row.next()) return std::nullopt;
  return read_purchase(connection, row);
}

std::optional<Purchase> blocking_master_in(Connection& connection, const std::string& master_key) {
  if (master_key.empty()) return std::nullopt;
  static const std::string kSql = kSelectPurchase + "WHERE id = (SELECT " + kPurchaseOfRow +
                                  " FROM purchase WHERE blocks = 1 AND master_key <> '' AND master_key = ?)";
  auto row = connection.statement(kSql, master_key);
  if (!row.next()) return std::nullopt;
  return read_purchase(connection, row);
}

Usd used_of(Connection& connection, const std::string& scope) {
  auto row = connection.statement("SELECT used FROM budget WHERE scope = ?", scope);
  return row.next() ? Usd{row.integer()} : Usd{};
}

void add_to_budgets(Connection& connection, const Purchase& purchase, Usd amount) {
  if (amount == Usd{}) return;
  for (const std::string& scope : scopes_of(purchase, purchase.created)) {
    connection.execute(
        "INSERT INTO budget(scope, used) VALUES(?, ?) ON CONFLICT(scope) DO UPDATE SET used = used + excluded.used",
        scope, amount.nanos);
  }
}

std::int64_t next_number(Connection& connection, const PurchaseIntent& intent) {
  auto row = connection.statement("SELECT coalesce(max(number), 0) + 1 FROM purchase WHERE job_id = ? AND slot = ?",
                                  intent.job_id, intent.slot);
  return row.next() ? row.integer() : 1;
}

Result<Purchase> reserve_in(Connection& connection, const PurchaseIntent& intent, const Budgets& budgets,
                            Timestamp now) {
  for (const PurchasePlace& place : places_of(intent)) {
    if (const auto found = blocking_in(connection, intent.job_id, place.slot)) return slot_is_taken(place, found->id);
    if (const auto found = blocking_master_in(connection, place.master_key)) return key_is_taken(place, found->id);
  }
  for (const std::string& scope : scopes_of(intent, now)) {
    if (const auto fits = check_budget(intent, budgets, scope, used_of(connection, scope)); !fits) return fits.error();
  }
  const auto number = next_number(connection, intent);
  Purchase made = make_purchase(intent, static_cast<int>(number), now);
  if (load(connection, made.id)) return Error(Errc::already_exists, "purchase " + made.id + ": the id is taken");
  insert_purchase(connection, made, number);
  add_to_budgets(connection, made, held_by(made));
  return made;
}

// One of the texts that the filters make; the values are parameters.
std::string sql_for(const LedgerQuery& query, bool has_cursor) {
  std::string sql = kSelectPurchase + "INDEXED BY ";
  sql += query.job_id ? "purchase_by_job" : query.state ? "purchase_by_state" : query.user ? "purchase_by_user" : "purchase_oldest";
  sql += " WHERE part_of = ''";
  if (query.job_id) sql += " AND job_id = ?";
  if (query.user) sql += " AND user = ?";
  if (query.state) sql += " AND state = ?";
  if (query.from) sql += " AND created >= ?";
  if (query.until) sql += " AND created < ?";
  if (has_cursor) sql += " AND (created, id) > (?, ?)";
  return sql + " ORDER BY created, id LIMIT ?";
}

LedgerPage list_in(Connection& connection, const LedgerQuery& query, const std::optional<LedgerCursor>& after) {
  auto rows = connection.statement(sql_for(query, after.has_value()));
  if (query.job_id) rows.bind(*query.job_id);
  if (query.user) rows.bind(*query.user);
  if (query.state) rows.bind(std::string(to_string(*query.state)));
  if (query.from) rows.bind(*query.from);
  if (query.until) rows.bind(*query.until);
  if (after) rows.bind(after->created), rows.bind(after->id);
  rows.bind(std::int64_t{query.limit} + 1);  // one more tells whether there is a next page
  LedgerPage page;
  while (rows.next()) {
    if (page.purchases.size() == static_cast<std::size_t>(query.limit)) {
      page.next = to_cursor(page.purchases.back());
      break;
    }
    page.purchases.push_back(read_purchase(connection, rows));
  }
  return page;
}

// Writes so that a power cut undoes nothing: money is spent on what it says.
class SqliteLedger final : public Ledger {
 public:
  explicit SqliteLedger(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  Result<Purchase> reserve(const PurchaseIntent& intent, const Budgets& budgets, Timestamp now) override {
    if (const auto checked = check_intent(intent); !checked) return checked.error();
    return database_->write_durably(
        [&](Connection& connection) { return reserve_in(connection, intent, budgets, now); });
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
    return database_->read([&](Connection& connection) -> Result<std::optional<Purchase>> {
      return blocking_in(connection, job_id, slot);
    });
  }

  Result<std::optional<Purchase>> blocking_master(const std::string& master_key) override {
    return database_->read([&](Connection& connection) -> Result<std::optional<Purchase>> {
      return blocking_master_in(connection, master_key);
    });
  }

  Result<Purchase> find(const std::string& id) override {
    return database_->read([&](Connection& connection) -> Result<Purchase> {
      auto found = load(connection, id);
      if (!found) return Error(Errc::not_found, "purchase " + id + ": there is none");
      return std::move(*found);
    });
  }

  Result<LedgerPage> list(const LedgerQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_ledger_cursor(query.after);
    if (!after) return after.error();
    return database_->read(
        [&](Connection& connection) -> Result<LedgerPage> { return list_in(connection, query, *after); });
  }

  Result<BudgetUse> used(const std::string& scope) override {
    return database_->read(
        [&](Connection& connection) -> Result<BudgetUse> { return BudgetUse{used_of(connection, scope)}; });
  }

 private:
  template <class Change>
  Result<void> change(const std::string& id, const Change& how) {
    return database_->write_durably([&](Connection& connection) -> Result<void> {
      const auto was = load(connection, id);
      if (!was) return Error(Errc::not_found, "purchase " + id + ": there is none");
      const Result<Purchase> changed = how(*was);
      if (!changed) return changed.error();
      save_purchase(connection, *changed);
      add_to_budgets(connection, *changed, held_by(*changed) - held_by(*was));
      return {};
    });
  }

  std::shared_ptr<Database> database_;
};

}  // namespace

std::unique_ptr<Ledger> make_ledger(std::shared_ptr<Database> database) {
  return std::make_unique<SqliteLedger>(std::move(database));
}

}  // namespace imagegen::sqlite
