#include "state/postgres/purchase_rows.hpp"

namespace imagegen::state {
namespace {

constexpr const char* kInsertPurchase = R"sql(
INSERT INTO imagegen_purchases (id, job_id, slot, number, user_id, attempt, provider, model, request_hash, estimate,
  images, state, blocks, remote_id, resume_url, actual, actual_source, note, created, updated, master_key,
  history, also)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23))sql";

// Without money and pictures, so that sums over all rows come out right.
constexpr const char* kInsertPlaces = R"sql(
INSERT INTO imagegen_purchases (id, job_id, slot, number, user_id, attempt, provider, model, request_hash, images,
  state, blocks, remote_id, resume_url, actual_source, note, created, updated, master_key, part_of)
SELECT b.id || '/' || p.place::text, b.job_id, p.slot,
  (SELECT coalesce(max(number), 0) + 1 FROM imagegen_purchases WHERE job_id = b.job_id AND slot = p.slot),
  b.user_id, b.attempt, b.provider, b.model, b.request_hash, 0, b.state, b.blocks, '', '', 'none', '', b.created,
  b.updated, p.master_key, b.id
FROM imagegen_purchases AS b, unnest($2::text[], $3::text[]) WITH ORDINALITY AS p (slot, master_key, place)
WHERE b.id = $1)sql";

constexpr const char* kSavePurchase = R"sql(
UPDATE imagegen_purchases SET state = $2, blocks = $3, remote_id = $4, resume_url = $5, actual = $6,
  actual_source = $7, note = $8, updated = $9, history = $10
WHERE id = $1)sql";

constexpr const char* kSavePlaces =
    "UPDATE imagegen_purchases SET state = $2, blocks = $3, updated = $4 WHERE job_id = $5 AND part_of = $1";

std::optional<std::int64_t> nanos(std::optional<Usd> amount) {
  return amount ? std::optional(amount->nanos) : std::nullopt;
}

std::optional<Usd> usd(std::optional<std::int64_t> nanos) {
  return nanos ? std::optional(Usd{*nanos}) : std::nullopt;
}

Result<void> done(const Result<PgRows>& rows) {
  if (!rows) return rows.error();
  return {};
}

}  // namespace

Result<Purchase> purchase_from(const PgRows& rows, int row) {
  PgRow at(rows, row);
  Purchase purchase;
  purchase.id = at.text(), purchase.job_id = at.text(), purchase.slot = at.text(), purchase.user = at.text();
  purchase.attempt = at.integer();
  purchase.provider = at.text(), purchase.model = at.text(), purchase.request_hash = at.text();
  purchase.estimate = usd(at.maybe_number());
  purchase.images = at.integer();
  const auto state = parse_purchase_state(at.text());
  purchase.blocks = at.flag();
  purchase.remote_id = at.text(), purchase.resume_url = at.text();
  purchase.actual = usd(at.maybe_number());
  const auto source = parse_cost_source(at.text());
  purchase.note = at.text();
  purchase.master_key = at.text();
  purchase.history = parse_history(at.text());
  auto also = parse_also(at.text());
  purchase.created = at.time(), purchase.updated = at.time();
  if (!state || !source)
    return Error(Errc::corrupt_data, "purchase " + purchase.id + ": its state in the database is none of ours");
  if (!also)
    return Error(Errc::corrupt_data, "purchase " + purchase.id + ": its list of slots in the database is none of ours");
  purchase.state = *state, purchase.actual_source = *source, purchase.also = std::move(*also);
  return purchase;
}

void add_places(PgParams& params, const std::vector<PurchasePlace>& places) {
  std::vector<std::string> slots, keys;
  for (const PurchasePlace& place : places) slots.push_back(place.slot), keys.push_back(place.master_key);
  params.texts(slots, "purchase slot").texts(keys, "purchase master_key");
}

Result<void> insert_purchase(PgConnection& connection, const Purchase& purchase, int number) {
  PgParams params;
  params.text(purchase.id).text(purchase.job_id, "purchase job").text(purchase.slot, "purchase slot").number(number);
  params.text(purchase.user, "purchase user").number(purchase.attempt).text(purchase.provider, "purchase provider");
  params.text(purchase.model, "purchase model").text(purchase.request_hash, "purchase request_hash");
  params.number(nanos(purchase.estimate)).number(purchase.images).text(to_string(purchase.state));
  params.flag(purchase.blocks).text(purchase.remote_id).text(purchase.resume_url).number(nanos(purchase.actual));
  params.text(to_string(purchase.actual_source)).text(purchase.note).time(purchase.created).time(purchase.updated);
  params.text(purchase.master_key, "purchase master_key").text(history_text(purchase.history), "purchase history");
  params.text(also_text(purchase.also), "purchase also");
  const auto inserted = connection.run(kInsertPurchase, params);
  if (!inserted || purchase.also.empty()) return done(inserted);
  PgParams places;
  places.text(purchase.id);
  add_places(places, purchase.also);
  return done(connection.run(kInsertPlaces, places));
}

Result<void> save_purchase(PgConnection& connection, const Purchase& purchase) {
  PgParams params;
  params.text(purchase.id).text(to_string(purchase.state)).flag(purchase.blocks);
  params.text(purchase.remote_id, "remote_id").text(purchase.resume_url, "resume_url").number(nanos(purchase.actual));
  params.text(to_string(purchase.actual_source)).text(purchase.note, "purchase note").time(purchase.updated);
  params.text(history_text(purchase.history), "purchase history");
  const auto saved = connection.run(kSavePurchase, params);
  if (!saved || purchase.also.empty()) return done(saved);
  PgParams places;
  places.text(purchase.id).text(to_string(purchase.state)).flag(purchase.blocks).time(purchase.updated);
  return done(connection.run(kSavePlaces, places.text(purchase.job_id)));
}

}  // namespace imagegen::state
