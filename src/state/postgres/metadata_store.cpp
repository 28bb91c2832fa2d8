#include "state/postgres/metadata_store.hpp"

#include <imagegen/metadata/store_parts.hpp>

namespace imagegen::state {
namespace {

#define IMAGEGEN_ASSET_COLUMNS                                                                                   \
  "id, kind, object_key, url, content_type, sha256, width, height, size_bytes, job_id, owner, provider, model, " \
  "prompt_sha256, extra, created"

constexpr const char* kPut = "INSERT INTO imagegen_assets (" IMAGEGEN_ASSET_COLUMNS R"sql()
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, object_key = excluded.object_key, url = excluded.url,
  content_type = excluded.content_type, sha256 = excluded.sha256, width = excluded.width, height = excluded.height,
  size_bytes = excluded.size_bytes, job_id = excluded.job_id, owner = excluded.owner, provider = excluded.provider,
  model = excluded.model, prompt_sha256 = excluded.prompt_sha256, extra = excluded.extra,
  created = excluded.created)sql";

constexpr const char* kFindAsset = "SELECT " IMAGEGEN_ASSET_COLUMNS " FROM imagegen_assets WHERE id = $1";

constexpr const char* kListAssets = "SELECT " IMAGEGEN_ASSET_COLUMNS R"sql( FROM imagegen_assets
WHERE ($1::text IS NULL OR job_id = $1) AND ($2::text IS NULL OR owner = $2) AND ($3::text IS NULL OR kind = $3)
  AND ($4::text IS NULL OR sha256 = $4) AND ($5::bigint IS NULL OR (created, id) < ($5, $6))
ORDER BY created DESC, id DESC LIMIT $7)sql";

AssetRecord asset_from(const PgRows& rows, int row) {
  PgRow at(rows, row);
  AssetRecord asset;
  asset.id = at.text(), asset.kind = at.text(), asset.object_key = at.text(), asset.url = at.text();
  asset.content_type = at.text(), asset.sha256 = at.text();
  asset.size.width = at.integer(), asset.size.height = at.integer();
  asset.size_bytes = static_cast<std::uint64_t>(at.number());
  asset.job_id = at.text(), asset.owner = at.text(), asset.provider = at.text(), asset.model = at.text();
  asset.prompt_sha256 = at.text(), asset.extra = at.text();
  asset.created = at.time();
  return asset;
}

PgParams params_of(const AssetRecord& asset) {
  PgParams params;
  params.text(asset.id, "asset id").text(asset.kind, "asset kind").text(asset.object_key, "asset object_key");
  params.text(asset.url, "asset url").text(asset.content_type, "asset content_type").text(asset.sha256, "asset sha256");
  params.number(asset.size.width).number(asset.size.height).number(static_cast<std::int64_t>(asset.size_bytes));
  params.text(asset.job_id, "asset job_id").text(asset.owner, "asset owner").text(asset.provider, "asset provider");
  params.text(asset.model, "asset model").text(asset.prompt_sha256, "asset prompt_sha256");
  params.text(asset.extra, "asset extra").time(asset.created);
  return params;
}

Result<void> put(PgDatabase& database, const AssetRecord& asset) {
  if (const auto checked = check_asset(asset); !checked) return checked.error();
  const auto done = database.run(kPut, params_of(asset));
  if (!done) return done.error();
  return {};
}

Result<std::optional<AssetRecord>> find(PgDatabase& database, const std::string& id) {
  const auto rows = database.run(kFindAsset, PgParams().text(id, "asset id"));
  if (!rows) return rows.error();
  return rows->empty() ? std::optional<AssetRecord>() : asset_from(*rows, 0);
}

Result<AssetPage> list(PgDatabase& database, const AssetQuery& query) {
  if (const auto checked = check_query(query); !checked) return checked.error();
  const auto after = parse_asset_cursor(query.after);
  if (!after) return after.error();
  PgParams params;
  params.maybe_text(query.job_id, "job_id").maybe_text(query.owner, "owner").maybe_text(query.kind, "kind");
  params.maybe_text(query.sha256, "sha256").time(*after ? std::optional((*after)->created) : std::nullopt);
  params.maybe_text(*after ? std::optional((*after)->id) : std::nullopt).number(query.limit + 1);
  const auto rows = database.run(kListAssets, params);
  if (!rows) return rows.error();
  AssetPage page;
  for (int row = 0; row < std::min(rows->size(), query.limit); ++row) page.assets.push_back(asset_from(*rows, row));
  if (rows->size() > query.limit) page.next = to_cursor(page.assets.back());
  return page;
}

Result<void> remove(PgDatabase& database, const std::string& id) {
  const auto done = database.run("DELETE FROM imagegen_assets WHERE id = $1", PgParams().text(id, "asset id"));
  if (!done) return done.error();
  return {};
}

// What runs on the pool holds the database, because it may still run when the store has gone.
class PgMetadataStore : public MetadataStore {
 public:
  PgMetadataStore(std::shared_ptr<PgDatabase> database, ThreadPool& pool)
      : database_(std::move(database)), pool_(pool) {}

  Task<Result<void>> put(AssetRecord asset) override {
    auto work = [database = database_, asset = std::move(asset)] { return state::put(*database, asset); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    auto work = [database = database_, id = std::move(id)] { return state::find(*database, id); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<AssetPage>> list(AssetQuery query) override {
    auto work = [database = database_, query = std::move(query)] { return state::list(*database, query); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<void>> remove(std::string id) override {
    auto work = [database = database_, id = std::move(id)] { return state::remove(*database, id); };
    co_return co_await pool_.run(std::move(work));
  }

 private:
  const std::shared_ptr<PgDatabase> database_;
  ThreadPool& pool_;
};

}  // namespace

std::unique_ptr<MetadataStore> make_postgres_metadata_store(std::shared_ptr<PgDatabase> database, ThreadPool& pool) {
  return std::make_unique<PgMetadataStore>(std::move(database), pool);
}

}  // namespace imagegen::state
