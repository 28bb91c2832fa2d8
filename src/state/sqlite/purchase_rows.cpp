#include "state/sqlite/purchase_rows.hpp"

#include <imagegen/maker/spend/ledger_rules.hpp>

namespace imagegen::sqlite {
namespace {

// Without money and pictures, so that sums over all rows come out right.
constexpr std::string_view kInsertPlace =
    "INSERT INTO purchase(id, job_id, slot, number, user, attempt, provider, model, request_hash, images, state, "
    "blocks, remote_id, resume_url, actual_source, note, master_key, created, updated, part_of) "
    "SELECT id || '/' || ?1, job_id, ?2, "
    "(SELECT coalesce(max(number), 0) + 1 FROM purchase AS p WHERE p.job_id = purchase.job_id AND p.slot = ?2), user, "
    "attempt, provider, model, request_hash, 0, state, blocks, '', '', 'none', '', ?3, created, updated, id "
    "FROM purchase WHERE id = ?4";

std::optional<std::int64_t> nanos(const std::optional<Usd>& amount) {
  return amount ? std::optional(amount->nanos) : std::nullopt;
}

std::optional<Usd> amount(std::optional<std::int64_t> nanos) {
  return nanos ? std::optional(Usd{*nanos}) : std::nullopt;
}

template <class T>
T known(Connection& connection, const std::optional<T>& value) {
  if (!value) connection.fail_corrupt("a purchase with an unknown state, source of its cost or list of slots");
  return *value;
}

}  // namespace

Purchase read_purchase(Connection& connection, Statement& row) {
  Purchase read;
  read.id = row.text(), read.job_id = row.text(), read.slot = row.text(), read.user = row.text();
  read.attempt = row.small_integer();
  read.provider = row.text(), read.model = row.text(), read.request_hash = row.text();
  read.estimate = amount(row.maybe_integer());
  read.images = row.small_integer();
  read.state = known(connection, parse_purchase_state(row.text()));
  read.blocks = row.flag();
  read.remote_id = row.text(), read.resume_url = row.text();
  read.actual = amount(row.maybe_integer());
  read.actual_source = known(connection, parse_cost_source(row.text()));
  read.note = row.text();
  read.master_key = row.text();
  read.history = parse_history(row.text());
  read.also = known(connection, parse_also(row.text()));
  read.created = row.time(), read.updated = row.time();
  return read;
}

void insert_purchase(Connection& connection, const Purchase& made, std::int64_t number) {
  connection.execute(
      "INSERT INTO purchase(id, job_id, slot, number, user, attempt, provider, model, request_hash, estimate, images, "
      "state, blocks, remote_id, resume_url, actual, actual_source, note, master_key, history, also, "
      "created, updated) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      made.id, made.job_id, made.slot, number, made.user, std::int64_t{made.attempt}, made.provider, made.model,
      made.request_hash, nanos(made.estimate), std::int64_t{made.images}, to_string(made.state),
      std::int64_t{made.blocks}, made.remote_id, made.resume_url, nanos(made.actual), to_string(made.actual_source),
      made.note, made.master_key, history_text(made.history), also_text(made.also), made.created, made.updated);
  std::int64_t place = 0;
  for (const PurchasePlace& further : made.also)
    connection.execute(kInsertPlace, ++place, further.slot, further.master_key, made.id);
}

void save_purchase(Connection& connection, const Purchase& changed) {
  connection.execute(
      "UPDATE purchase SET state = ?, blocks = ?, remote_id = ?, resume_url = ?, actual = ?, actual_source = ?, "
      "note = ?, history = ?, updated = ? WHERE id = ?",
      to_string(changed.state), std::int64_t{changed.blocks}, changed.remote_id, changed.resume_url,
      nanos(changed.actual), to_string(changed.actual_source), changed.note, history_text(changed.history),
      changed.updated, changed.id);
  if (changed.also.empty()) return;
  connection.execute("UPDATE purchase SET state = ?, blocks = ?, updated = ? WHERE job_id = ? AND part_of = ?",
                     to_string(changed.state), std::int64_t{changed.blocks}, changed.updated, changed.job_id,
                     changed.id);
}

}  // namespace imagegen::sqlite
