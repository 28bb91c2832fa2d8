#include "state/postgres/spool.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/spend/spool_rules.hpp>

#include <algorithm>

namespace imagegen::state {
namespace {

// The database's clock, because hosts come and go.
constexpr const char* kPutSpooled = R"sql(
INSERT INTO imagegen_spool (purchase_id, object_key, content_type, about, size_bytes, sha256, spooled, file)
VALUES ($1, $2, $3, $4, $5, $6, coalesce($8::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint), $7)
ON CONFLICT (purchase_id) DO UPDATE SET object_key = excluded.object_key, content_type = excluded.content_type,
  about = excluded.about, size_bytes = excluded.size_bytes, sha256 = excluded.sha256, spooled = excluded.spooled,
  file = excluded.file)sql";

constexpr const char* kListSpooled = R"sql(
SELECT seq, purchase_id, object_key, content_type, about, size_bytes, spooled FROM imagegen_spool
WHERE seq > $1 ORDER BY seq LIMIT $2)sql";

// Locked, so that all pieces are of one picture.
#define IMAGEGEN_SPOOLED "SELECT purchase_id, object_key, content_type, about, size_bytes, sha256 FROM imagegen_spool "
constexpr const char* kFindSpooled = IMAGEGEN_SPOOLED "WHERE purchase_id = $1 FOR SHARE";
constexpr const char* kFindKey = IMAGEGEN_SPOOLED "WHERE object_key = $1 ORDER BY seq LIMIT 1 FOR SHARE";

constexpr std::int64_t kPieceBytes = 4LL << 20U;
constexpr const char* kPiece =
    "SELECT encode(substring(file FROM $2::int FOR $3::int), 'hex') FROM imagegen_spool WHERE purchase_id = $1";

int digit(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

void append_hex(const std::string& text, Bytes& out) {
  for (std::size_t at = 0; at + 1 < text.size(); at += 2)
    out.push_back(static_cast<std::uint8_t>(digit(text[at]) * 16 + digit(text[at + 1])));
}

Error damaged(const std::string& id, const std::string& what) {
  return {Errc::corrupt_data,
          "table imagegen_spool: purchase " + id + " is damaged: " + what + "; it is left as it is"};
}

Result<Bytes> read_file(PgConnection& connection, const std::string& id, std::int64_t size) {
  Bytes file;
  file.reserve(static_cast<std::size_t>(size));
  for (std::int64_t at = 0; at < size; at += kPieceBytes) {
    const auto piece = connection.run(kPiece, PgParams().text(id, "purchase").number(at + 1).number(kPieceBytes));
    if (!piece) return piece.error();
    if (piece->empty()) break;
    append_hex(piece->text(0, 0), file);
  }
  return file;
}

Result<std::optional<SpooledPicture>> find_in(PgConnection& connection, const char* sql, const PgParams& params) {
  const auto rows = connection.run(sql, params);
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<SpooledPicture>();
  PgRow at(*rows, 0);
  const auto id = at.text();
  auto key = ObjectKey::parse(at.text());
  auto type = at.text(), about = at.text();
  const auto size = at.number();
  const auto sha = at.text();
  if (!key) return damaged(id, "its key: " + key.error().message);
  auto file = read_file(connection, id, std::clamp<std::int64_t>(size, 0, kLargestSpooledFile));
  if (!file) return file.error();
  if (static_cast<std::int64_t>(file->size()) != size || to_hex(sha256(*file)) != sha)
    return damaged(id, "its picture has changed since it was written");
  return std::optional(SpooledPicture{id, std::move(*key), std::move(type), std::move(about), std::move(*file)});
}

class PgSpool final : public Spool {
 public:
  explicit PgSpool(std::shared_ptr<PgDatabase> database) : database_(std::move(database)) {}

  Result<void> put(const SpooledPicture& picture) override {
    if (const auto checked = check_spooled(picture); !checked) return checked.error();
    PgParams params;
    params.text(picture.purchase_id, "purchase").text(picture.key.str(), "key").text(picture.content_type);
    params.text(picture.about_json, "about").number(static_cast<std::int64_t>(picture.file.size()));
    params.text(to_hex(sha256(picture.file))).bytes(picture.file).time(picture.spooled);
    const auto done =
        database_->transact(Durable::yes, [&](PgConnection& connection) { return connection.run(kPutSpooled, params); });
    if (!done) return in_context(done.error(), "spool");
    return {};
  }

  Result<SpoolPage> list(const SpoolQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_spool_cursor(query.after);
    if (!after) return after.error();
    const auto rows = database_->run(kListSpooled, PgParams().number(*after ? (*after)->order : 0).number(query.limit + 1));
    if (!rows) return in_context(rows.error(), "spool");
    SpoolPage page;
    SpoolCursor last;
    for (int row = 0; row < std::min(rows->size(), query.limit); ++row) add(*rows, row, page, last);
    if (rows->size() > query.limit) page.next = to_text(last);
    return page;
  }

  Result<std::optional<SpooledPicture>> find(const std::string& purchase_id) override {
    return find(kFindSpooled, PgParams().text(purchase_id, "purchase"));
  }
  Result<std::optional<SpooledPicture>> find_key(const ObjectKey& key) override {
    return find(kFindKey, PgParams().text(key.str(), "key"));
  }

  Result<void> remove(const std::string& purchase_id) override {
    const auto done =
        database_->run("DELETE FROM imagegen_spool WHERE purchase_id = $1", PgParams().text(purchase_id, "purchase"));
    if (!done) return in_context(done.error(), "spool");
    return {};
  }

  std::string description() const override { return "the spool in " + database_->address().server; }

 private:
  static void add(const PgRows& rows, int row, SpoolPage& page, SpoolCursor& last) {
    PgRow at(rows, row);
    last.order = at.number(), last.purchase_id = at.text();
    auto key = ObjectKey::parse(at.text());
    if (!key) return page.damaged.push_back(damaged(last.purchase_id, "its key: " + key.error().message).message);
    auto type = at.text(), about = at.text();
    const auto size = static_cast<std::uint64_t>(at.number());
    page.pictures.push_back({last.purchase_id, std::move(*key), std::move(type), std::move(about), size, at.time()});
  }

  Result<std::optional<SpooledPicture>> find(const char* sql, const PgParams& params) {
    auto found = database_->transact(
        Durable::no, [&](PgConnection& connection) { return find_in(connection, sql, params); });
    if (!found) return in_context(found.error(), "spool");
    return found;
  }

  const std::shared_ptr<PgDatabase> database_;
};

}  // namespace

std::unique_ptr<Spool> make_postgres_spool(std::shared_ptr<PgDatabase> database) {
  return std::make_unique<PgSpool>(std::move(database));
}

}  // namespace imagegen::state
