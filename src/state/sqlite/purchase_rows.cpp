#include "state/sqlite/purchase_rows.hpp"

#include <imagegen/spend/ledger_rules.hpp>

namespace imagegen::sqlite {
namespace {

std::optional<std::int64_t> nanos(const std::optional<Usd>& amount) {
  return amount ? std::optional(amount->nanos) : std::nullopt;
}

std::optional<Usd> amount(std::optional<std::int64_t> nanos) {
  return nanos ? std::optional(Usd{*nanos}) : std::nullopt;
}

template <class Enum>
Enum known(Connection& connection, const std::optional<Enum>& value) {
  if (!value) connection.fail_corrupt("a purchase with an unknown state or source of its cost");
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
  read.created = row.time(), read.updated = row.time();
  return read;
}

void insert_purchase(Connection& connection, const Purchase& made, std::int64_t number) {
  connection.execute(
      "INSERT INTO purchase(id, job_id, slot, number, user, attempt, provider, model, request_hash, estimate, images, "
      "state, blocks, remote_id, resume_url, actual, actual_source, note, master_key, history, "
      "created, updated) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      made.id, made.job_id, made.slot, number, made.user, std::int64_t{made.attempt}, made.provider, made.model,
      made.request_hash, nanos(made.estimate), std::int64_t{made.images}, to_string(made.state),
      std::int64_t{made.blocks}, made.remote_id, made.resume_url, nanos(made.actual), to_string(made.actual_source),
      made.note, made.master_key, history_text(made.history), made.created, made.updated);
}

void save_purchase(Connection& connection, const Purchase& changed) {
  connection.execute(
      "UPDATE purchase SET state = ?, blocks = ?, remote_id = ?, resume_url = ?, actual = ?, actual_source = ?, "
      "note = ?, history = ?, updated = ? WHERE id = ?",
      to_string(changed.state), std::int64_t{changed.blocks}, changed.remote_id, changed.resume_url,
      nanos(changed.actual), to_string(changed.actual_source), changed.note, history_text(changed.history),
      changed.updated, changed.id);
}

}  // namespace imagegen::sqlite
