#include <imagegen/metadata/store_parts.hpp>

#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/stores.hpp"

namespace imagegen::mongo {
namespace {

constexpr int kMostRecordTries = 10;

Document document_of(const AssetRecord& asset) {
  Document made;
  made.text("kind", asset.kind, "asset kind").text("objectKey", asset.object_key, "asset object_key");
  made.text("url", asset.url, "asset url").text("contentType", asset.content_type, "asset content_type");
  made.text("sha256", asset.sha256, "asset sha256");
  made.integer("width", asset.size.width).integer("height", asset.size.height);
  made.number("sizeBytes", static_cast<std::int64_t>(asset.size_bytes));
  made.text("jobId", asset.job_id, "asset job_id").text("owner", asset.owner, "asset owner");
  made.text("provider", asset.provider, "asset provider").text("model", asset.model, "asset model");
  made.text("promptSha256", asset.prompt_sha256, "asset prompt_sha256").text("extra", asset.extra, "asset extra");
  made.time("createdAt", asset.created);
  return made;
}

Result<AssetRecord> asset_from(const Document& document) {
  Reader read(document, "the record of a file");
  AssetRecord asset;
  asset.id = read.text("assetId");
  if (!read.fault()) read.set_what("record " + asset.id);
  asset.kind = read.text("kind"), asset.object_key = read.text("objectKey"), asset.url = read.text("url");
  asset.content_type = read.text("contentType"), asset.sha256 = read.text("sha256");
  asset.size.width = read.integer("width"), asset.size.height = read.integer("height");
  const auto bytes = read.number("sizeBytes");
  if (bytes < 0) read.refuse("sizeBytes", "0 or more");
  asset.size_bytes = static_cast<std::uint64_t>(bytes);
  asset.job_id = read.text("jobId"), asset.owner = read.text("owner");
  asset.provider = read.text("provider"), asset.model = read.text("model");
  asset.prompt_sha256 = read.text("promptSha256"), asset.extra = read.text("extra");
  asset.created = read.time("createdAt");
  if (read.fault()) return *read.fault();
  return asset;
}

Document with_id(const std::string& id) {
  Document filter;
  filter.text("assetId", id, "asset id");
  return filter;
}

Result<void> put(MongoDatabase& database, const AssetRecord& asset) {
  if (const auto checked = check_asset(asset); !checked) return checked.error();
  const auto update = field("$set", document_of(asset));
  // Two who add one record meet in its unique index; the second time it is there and is replaced.
  for (int attempt = 1; attempt <= kMostRecordTries; ++attempt) {
    const auto put = database.upsert(kAssets, with_id(asset.id), update);
    if (!put) return put.error();
    if (*put) return {};
    pause_before_retry(attempt);
  }
  return too_busy("record " + asset.id);
}

Result<std::optional<AssetRecord>> find(MongoDatabase& database, const std::string& id) {
  const auto found = database.find_one(kAssets, with_id(id));
  if (!found) return found.error();
  if (!*found) return std::optional<AssetRecord>();
  auto asset = asset_from(**found);
  if (!asset) return asset.error();
  return std::optional(std::move(*asset));
}

Document filter_of(const AssetQuery& query, const std::optional<AssetCursor>& after) {
  Document filter;
  if (query.job_id) filter.text("jobId", *query.job_id);
  if (query.owner) filter.text("owner", *query.owner);
  if (query.kind) filter.text("kind", *query.kind);
  if (query.sha256) filter.text("sha256", *query.sha256);
  if (!after) return filter;
  std::vector<Document> either(2);
  either[0].document("createdAt", Document().time("$lt", after->created));
  either[1].time("createdAt", after->created).document("assetId", Document().text("$lt", after->id));
  filter.documents("$or", either);
  return filter;
}

Result<AssetPage> list(MongoDatabase& database, const AssetQuery& query) {
  if (const auto checked = check_query(query); !checked) return checked.error();
  const auto after = parse_asset_cursor(query.after);
  if (!after) return after.error();
  FindOptions options;
  options.sort.integer("createdAt", -1).integer("assetId", -1), options.limit = query.limit + 1;
  const auto found = database.find(kAssets, filter_of(query, *after), options);
  if (!found) return found.error();
  AssetPage page;
  for (const Document& document : *found) {
    auto asset = asset_from(document);
    if (!asset) return asset.error();
    page.assets.push_back(std::move(*asset));
  }
  if (page.assets.size() <= static_cast<std::size_t>(query.limit)) return page;
  page.assets.pop_back();
  page.next = to_cursor(page.assets.back());
  return page;
}

// What runs on the pool holds the database, because it may still run when the store has gone.
class MongoMetadataStore final : public MetadataStore {
 public:
  MongoMetadataStore(std::shared_ptr<MongoDatabase> database, ThreadPool& pool)
      : database_(std::move(database)), pool_(pool) {}

  Task<Result<void>> put(AssetRecord asset) override {
    auto work = [database = database_, asset = std::move(asset)] { return mongo::put(*database, asset); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    auto work = [database = database_, id = std::move(id)] { return mongo::find(*database, id); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<AssetPage>> list(AssetQuery query) override {
    auto work = [database = database_, query = std::move(query)] { return mongo::list(*database, query); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<void>> remove(std::string id) override {
    auto work = [database = database_, id = std::move(id)]() -> Result<void> {
      const auto removed = database->remove_one(kAssets, with_id(id));
      return removed ? Result<void>() : removed.error();
    };
    co_return co_await pool_.run(std::move(work));
  }

 private:
  const std::shared_ptr<MongoDatabase> database_;
  ThreadPool& pool_;
};

}  // namespace

std::unique_ptr<MetadataStore> make_metadata_store(std::shared_ptr<MongoDatabase> database, ThreadPool& pool) {
  return std::make_unique<MongoMetadataStore>(std::move(database), pool);
}

}  // namespace imagegen::mongo
