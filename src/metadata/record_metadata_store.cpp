#include <imagegen/metadata/metadata_store.hpp>
#include <imagegen/metadata/store_parts.hpp>

#include <boost/json.hpp>

#include <cstdint>
#include <limits>
#include <utility>

#include "json/object_reader.hpp"
#include "json/write.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestAssetDocument = 1U << 20U;
// What schema steps of databases have moved is called the same.
constexpr std::string_view kAssetKeys[] = {"sha256", "jobId", "owner", "kind"};
constexpr RecordCollection kAssets{"assets", kAssetKeys};

RecordChange put_of(const AssetRecord& asset) {
  const js::value document = {{"kind", asset.kind},
                              {"objectKey", asset.object_key},
                              {"url", asset.url},
                              {"contentType", asset.content_type},
                              {"sha256", asset.sha256},
                              {"width", asset.size.width},
                              {"height", asset.size.height},
                              {"sizeBytes", asset.size_bytes},
                              {"jobId", asset.job_id},
                              {"owner", asset.owner},
                              {"provider", asset.provider},
                              {"model", asset.model},
                              {"promptSha256", asset.prompt_sha256},
                              {"extra", asset.extra}};
  RecordChange change;
  change.collection = &kAssets, change.id = asset.id, change.document = json::write(document);
  change.created = asset.created, change.moves = true;
  return change;
}

Result<AssetRecord> asset_of(const Record& record) {
  const auto document = json::parse(record.document, kLargestAssetDocument);
  if (!document) return in_context(Error(Errc::corrupt_data, document.error().message), "record " + record.id);
  std::vector<FieldFault> faults;
  json::ObjectReader read(*document, "", faults);
  const auto text = [&read](std::string_view name) {
    if (!read.has(name)) read.fault(name, "expected a string, got nothing");
    return read.text(name, json::Need::optional);
  };
  const auto number = [&read](std::string_view name, std::int64_t most) {
    return read.integer(name, 0, most, json::Need::required).value_or(0);
  };
  constexpr int kLongestSide = std::numeric_limits<int>::max();
  AssetRecord asset;
  asset.id = record.id, asset.created = record.created;
  asset.kind = text("kind"), asset.object_key = text("objectKey"), asset.url = text("url");
  asset.content_type = text("contentType"), asset.sha256 = text("sha256");
  asset.size.width = static_cast<int>(number("width", kLongestSide));
  asset.size.height = static_cast<int>(number("height", kLongestSide));
  asset.size_bytes = static_cast<std::uint64_t>(number("sizeBytes", std::numeric_limits<std::int64_t>::max()));
  asset.job_id = text("jobId"), asset.owner = text("owner"), asset.provider = text("provider");
  asset.model = text("model"), asset.prompt_sha256 = text("promptSha256"), asset.extra = text("extra");
  if (faults.empty()) return asset;
  return Error(Errc::corrupt_data, "record " + record.id + ": it is damaged: " + faults[0].path + ": " + faults[0].message);
}

RecordQuery to_record_query(AssetQuery query) {
  RecordQuery made;
  made.collection = &kAssets, made.after = std::move(query.after), made.limit = query.limit;
  const auto narrow = [&made](const char* key, std::optional<std::string>& value) {
    if (value) made.where.emplace_back(key, std::move(*value));
  };
  narrow("sha256", query.sha256), narrow("jobId", query.job_id), narrow("owner", query.owner);
  narrow("kind", query.kind);
  return made;
}

class RecordMetadataStore final : public MetadataStore {
 public:
  explicit RecordMetadataStore(RecordStore& records) : records_(&records) {}
  explicit RecordMetadataStore(std::unique_ptr<RecordStore> records)
      : owned_(std::move(records)), records_(owned_.get()) {}

  Task<Result<void>> put(AssetRecord asset) override {
    if (auto checked = check_asset(asset); !checked) co_return checked;
    co_return co_await write(put_of(asset));
  }

  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    const auto found = co_await records_->find(kAssets, std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<AssetRecord>();
    auto asset = asset_of(**found);
    if (!asset) co_return asset.error();
    co_return std::optional(std::move(*asset));
  }

  Task<Result<AssetPage>> list(AssetQuery query) override {
    auto asked = to_record_query(std::move(query));
    auto found = co_await records_->list(std::move(asked));
    if (!found) co_return found.error();
    AssetPage page;
    for (const Record& record : found->records) {
      auto asset = asset_of(record);
      if (!asset) co_return asset.error();
      page.assets.push_back(std::move(*asset));
    }
    page.next = std::move(found->next);
    co_return page;
  }

  Task<Result<void>> remove(std::string id) override {
    if (!is_asset_id(id)) co_return Result<void>();
    RecordChange removal;
    removal.collection = &kAssets, removal.id = std::move(id);
    co_return co_await write(std::move(removal));
  }

 private:
  Task<Result<void>> write(RecordChange change) {
    std::vector<RecordChange> changes;
    changes.push_back(std::move(change));
    const auto written = co_await records_->write(std::move(changes));
    co_return written ? Result<void>() : written.error();
  }

  std::unique_ptr<RecordStore> owned_;
  RecordStore* records_;
};

}  // namespace

std::unique_ptr<MetadataStore> make_record_metadata_store(RecordStore& records) {
  return std::make_unique<RecordMetadataStore>(records);
}

std::unique_ptr<MetadataStore> make_memory_metadata_store() {
  return std::make_unique<RecordMetadataStore>(make_memory_record_store());
}

}  // namespace imagegen
