#include <imagegen/asset/asset_store.hpp>
#include <imagegen/maker/record/store_parts.hpp>

#include <utility>

#include "record/typed_records.hpp"

namespace imagegen {
namespace {

using Type = RecordColumnType;

// As the table had them that was there before there were records.
constexpr RecordColumn kAssetColumns[] = {
    {"id", "$id"}, {"kind", "kind"}, {"object_key", "objectKey"}, {"url", "url"}, {"content_type", "contentType"},
    {"sha256", "sha256"}, {"width", "width", Type::integer}, {"height", "height", Type::integer},
    {"size_bytes", "sizeBytes", Type::integer}, {"job_id", "jobId"}, {"owner", "owner"}, {"provider", "provider"},
    {"model", "model"}, {"prompt_sha256", "promptSha256"}, {"extra", "extra"}, {"created", "$created", Type::integer}};
constexpr RecordView kAssetView{"imagegen_assets", kAssetColumns};

struct AssetKind {
  using Value = AssetRecord;
  using A = AssetRecord;
  // What schema steps of databases have moved is called the same.
  static constexpr std::string_view kKeys[] = {"sha256", "jobId", "owner", "kind"};
  static constexpr RecordCollection kCollection{"assets", kKeys, &kAssetView};
  static constexpr std::tuple kFields{
      record_field("kind", &A::kind), record_field("objectKey", &A::object_key), record_field("url", &A::url),
      record_field("contentType", &A::content_type), record_field("sha256", &A::sha256),
      record_field("width", [](auto& asset) -> auto& { return asset.size.width; }),
      record_field("height", [](auto& asset) -> auto& { return asset.size.height; }),
      record_field("sizeBytes", &A::size_bytes), record_field("jobId", &A::job_id), record_field("owner", &A::owner),
      record_field("provider", &A::provider), record_field("model", &A::model),
      record_field("promptSha256", &A::prompt_sha256), record_field("extra", &A::extra)};
};

RecordQuery to_record_query(AssetQuery query) {
  RecordQuery made;
  made.after = std::move(query.after), made.limit = query.limit;
  const auto narrow = [&made](const char* key, std::optional<std::string>& value) {
    if (value) made.where.emplace_back(key, std::move(*value));
  };
  narrow("sha256", query.sha256), narrow("jobId", query.job_id), narrow("owner", query.owner);
  narrow("kind", query.kind);
  return made;
}

class RecordAssetStore final : public AssetStore {
 public:
  explicit RecordAssetStore(RecordStore& records) : records_(records) {}
  explicit RecordAssetStore(std::unique_ptr<RecordStore> records) : owned_(std::move(records)), records_(*owned_) {}

  Task<Result<void>> put(AssetRecord asset) override {
    if (auto checked = check_asset(asset); !checked) co_return checked;
    const auto put = co_await records_.put(std::move(asset));
    co_return put ? Result<void>() : put.error();
  }
  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    co_return co_await records_.find(std::move(id));
  }
  Task<Result<AssetPage>> list(AssetQuery query) override {
    auto asked = to_record_query(std::move(query));
    auto found = co_await records_.list(std::move(asked));
    if (!found) co_return found.error();
    co_return AssetPage{std::move(found->values), std::move(found->next)};
  }
  Task<Result<void>> remove(std::string id) override {
    if (!is_record_id(id)) co_return Result<void>();
    co_return co_await records_.remove(std::move(id));
  }

 private:
  std::unique_ptr<RecordStore> owned_;
  TypedRecords<AssetKind> records_;
};

}  // namespace

const RecordCollection& asset_collection() noexcept {
  return AssetKind::kCollection;
}

std::unique_ptr<AssetStore> make_record_asset_store(RecordStore& records) {
  return std::make_unique<RecordAssetStore>(records);
}

std::unique_ptr<AssetStore> make_memory_asset_store() {
  return std::make_unique<RecordAssetStore>(make_memory_record_store());
}

}  // namespace imagegen
