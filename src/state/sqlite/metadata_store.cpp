#include <imagegen/metadata/metadata_store.hpp>

#include <imagegen/metadata/store_parts.hpp>

#include <utility>

#include "state/sqlite/stores.hpp"

namespace imagegen::sqlite {
namespace {

const std::string kSelectAsset =
    "SELECT id, kind, object_key, url, content_type, sha256, width, height, size_bytes, job_id, owner, provider, "
    "model, "
    "prompt_sha256, extra, created FROM asset ";

AssetRecord read_asset(Statement& row) {
  AssetRecord read;
  read.id = row.text(), read.kind = row.text(), read.object_key = row.text(), read.url = row.text();
  read.content_type = row.text(), read.sha256 = row.text();
  read.size.width = row.small_integer();
  read.size.height = row.small_integer();
  read.size_bytes = static_cast<std::uint64_t>(row.integer());
  read.job_id = row.text(), read.owner = row.text(), read.provider = row.text(), read.model = row.text();
  read.prompt_sha256 = row.text(), read.extra = row.text();
  read.created = row.time();
  return read;
}

void put_asset(Connection& connection, const AssetRecord& asset) {
  connection.execute(
      "INSERT OR REPLACE INTO asset(id, kind, object_key, url, content_type, sha256, width, height, size_bytes, "
      "job_id, "
      "owner, provider, model, prompt_sha256, extra, created) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      asset.id, asset.kind, asset.object_key, asset.url, asset.content_type, asset.sha256,
      std::int64_t{asset.size.width}, std::int64_t{asset.size.height}, static_cast<std::int64_t>(asset.size_bytes),
      asset.job_id, asset.owner, asset.provider, asset.model, asset.prompt_sha256, asset.extra, asset.created);
}

// The index of the filter that leaves the fewest, as a rule; it has the order of the list.
std::string_view index_for(const AssetQuery& query) {
  if (query.sha256) return "asset_by_sha256";
  if (query.job_id) return "asset_by_job";
  if (query.owner) return "asset_by_owner";
  return query.kind ? "asset_by_kind" : "asset_newest";
}

// One of the texts that the filters make; the values are parameters.
std::string sql_for(const AssetQuery& query, bool has_cursor) {
  std::string sql = kSelectAsset + "INDEXED BY ";
  sql.append(index_for(query)).append(" WHERE 1");
  if (query.job_id) sql += " AND job_id = ?";
  if (query.owner) sql += " AND owner = ?";
  if (query.kind) sql += " AND kind = ?";
  if (query.sha256) sql += " AND sha256 = ?";
  if (has_cursor) sql += " AND (created, id) < (?, ?)";
  return sql + " ORDER BY created DESC, id DESC LIMIT ?";
}

AssetPage list_assets(Connection& connection, const AssetQuery& query, const std::optional<AssetCursor>& after) {
  auto rows = connection.statement(sql_for(query, after.has_value()));
  for (const auto* filter : {&query.job_id, &query.owner, &query.kind, &query.sha256}) {
    if (*filter) rows.bind(**filter);
  }
  if (after) rows.bind(after->created), rows.bind(after->id);
  rows.bind(std::int64_t{query.limit} + 1);  // one more tells whether there is a next page
  AssetPage page;
  while (rows.next()) {
    if (page.assets.size() == static_cast<std::size_t>(query.limit)) {
      page.next = to_cursor(page.assets.back());
      break;
    }
    page.assets.push_back(read_asset(rows));
  }
  return page;
}

class SqliteMetadataStore final : public MetadataStore {
 public:
  SqliteMetadataStore(std::shared_ptr<Database> database, ThreadPool& pool)
      : database_(std::move(database)), pool_(&pool) {}

  Task<Result<void>> put(AssetRecord asset) override {
    if (auto checked = check_asset(asset); !checked) co_return checked;
    co_return co_await pool_->run([&] {
      return database_->write([&](Connection& connection) -> Result<void> {
        put_asset(connection, asset);
        return {};
      });
    });
  }

  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    co_return co_await pool_->run([&] {
      return database_->read([&](Connection& connection) -> Result<std::optional<AssetRecord>> {
        static const std::string kSql = kSelectAsset + "WHERE id = ?";
        auto row = connection.statement(kSql, id);
        if (!row.next()) return std::optional<AssetRecord>();
        return std::optional(read_asset(row));
      });
    });
  }

  Task<Result<AssetPage>> list(AssetQuery query) override {
    if (const auto checked = check_query(query); !checked) co_return checked.error();
    const auto after = parse_asset_cursor(query.after);
    if (!after) co_return after.error();
    co_return co_await pool_->run([&] {
      return database_->read(
          [&](Connection& connection) -> Result<AssetPage> { return list_assets(connection, query, *after); });
    });
  }

  Task<Result<void>> remove(std::string id) override {
    co_return co_await pool_->run([&] {
      return database_->write([&](Connection& connection) -> Result<void> {
        connection.execute("DELETE FROM asset WHERE id = ?", id);
        return {};
      });
    });
  }

 private:
  std::shared_ptr<Database> database_;
  ThreadPool* pool_;
};

}  // namespace

std::unique_ptr<MetadataStore> make_metadata_store(std::shared_ptr<Database> database, ThreadPool& pool) {
  return std::make_unique<SqliteMetadataStore>(std::move(database), pool);
}

}  // namespace imagegen::sqlite
