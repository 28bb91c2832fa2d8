#include "workflow/image_job/publish.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/image/decode.hpp>

#include "json/write.hpp"
#include "workflow/asset_records.hpp"
#include "workflow/image_job/whole_object.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

// The SHA-256 of the prompt as it was sent; the answers of older versions do not say, and theirs was sent as it was wished.
std::string sent_prompt(const ImageSlot& slot, const MasterAnswer& answer) {
  return answer.sent_prompt_sha256.empty() ? to_hex(sha256(slot.request.prompt.text)) : answer.sent_prompt_sha256;
}

class Publisher {
 public:
  Publisher(const WorkServices& services, PublishTask& task, SlotOutcome& outcome)
      : services_(services), task_(task), outcome_(outcome) {}

  Task<Result<void>> publish(ByteView master) {
    outcome_.files.resize(files().size());
    if (files().empty()) co_return Result<void>();
    const auto info = inspect_image(master, task_.plan.limits);
    if (!info) co_return info.error();
    auto on_ready = [this](std::size_t index, Result<Rendition> made) -> Task<void> {
      co_await store(index, std::move(made));
    };
    co_return co_await render_all(master, specs(info->size), task_.plan.limits, services_.pool, on_ready);
  }

 private:
  const std::vector<FilePlan>& files() const { return task_.slot.publish.files; }

  std::vector<RenditionSpec> specs(PixelSize whole) const {
    std::vector<RenditionSpec> specs;
    const auto provenance = provenance_of(task_.slot, task_.answer);
    for (const FilePlan& file : files()) {
      RenditionSpec spec{file.size.value_or(whole), file.position, file.encoding, file.fit};
      spec.provenance = provenance;
      specs.push_back(std::move(spec));
    }
    return specs;
  }

  static ObjectKey key_of(const FilePlan& file, const std::string& hash) {
    if (file.key) return *file.key;
    return ObjectKey::parse("images/" + hash + "." + std::string(to_string(file.encoding.format))).value();
  }

  PublishedFile described(const FilePlan& file, const Rendition& made) const {
    const auto hash = to_hex(sha256(made.image.bytes));
    PublishedFile published{key_of(file, hash), {}, hash};
    published.url = services_.store.url(published.key);
    published.size = made.image.size, published.size_bytes = made.image.bytes.size();
    published.crop = made.crop, published.upscaled = made.upscaled;
    return published;
  }

  AssetRecord record_of(const FilePlan& file, const PublishedFile& published) const {
    AssetRecord asset;
    asset.id = asset_id(task_.plan.job_id, file.record_place), asset.kind = "rendition";
    asset.object_key = published.key.str(), asset.url = published.url;
    asset.content_type = mime_type(file.encoding.format);
    asset.sha256 = published.sha256, asset.size = published.size, asset.size_bytes = published.size_bytes;
    asset.job_id = task_.plan.job_id, asset.owner = task_.plan.owner;
    asset.provider = task_.answer.provider, asset.model = task_.answer.model;
    asset.prompt_sha256 = sent_prompt(task_.slot, task_.answer);
    auto extra = file.record_extra;
    extra["master"] = task_.slot.replaces.value_or(task_.slot.master).str();
    extra["purchase"] = outcome_.purchase_id;
    if (const auto differs = size_note(task_.answer.size, outcome_.master_size)) extra["note"] = *differs;
    asset.extra = json::write(extra);
    asset.created = to_timestamp(services_.clock.wall_now());
    return asset;
  }

  Task<Result<void>> put(const FilePlan& file, const ObjectKey& key, const Bytes& bytes) {
    PutOptions options;
    options.content_type = mime_type(file.encoding.format);
    options.cache_control = file.cache_control;
    auto put = file.replace ? services_.store.put(key, bytes, options) : put_if_absent(services_.store, key, bytes, options);
    const auto stored = co_await std::move(put);
    // Under the hash of its content it is the same file.
    const bool is_same = !stored && stored.error().code == Errc::already_exists && !file.key;
    if (!stored && !is_same) co_return stored.error();
    co_return Result<void>();
  }

  // The record goes before the file: when the process ends between the two, the next run makes the same file, while it
  // would take a file without a record for somebody else's.
  Task<Result<void>> record_and_put(const FilePlan& file, const PublishedFile& published, const Bytes& bytes) {
    auto asset = record_of(file, published);
    const auto id = asset.id;
    const auto recorded = co_await record_asset(services_.assets, std::move(asset));
    if (!recorded) co_return recorded.error();
    const auto stored = co_await put(file, published.key, bytes);
    // It is not ours. A record that cannot be taken back now is put right when the file is made again.
    if (!stored && services_.assets != nullptr && !file.replace) co_await services_.assets->remove(id);
    co_return stored;
  }

  Task<void> store(std::size_t index, Result<Rendition> made) {
    const FilePlan& file = files()[index];
    FileOutcome& outcome = outcome_.files[index];
    if (!made) {
      outcome.error = made.error();
      co_return tell(nullptr);
    }
    auto published = described(file, *made);
    const auto stored = co_await record_and_put(file, published, made->image.bytes);
    if (stored) {
      const auto key = published.key;
      outcome.made = std::move(published);
      if (services_.on_step) services_.on_step("published");
      co_return tell(&key);
    }
    outcome.error = stored.error();
    outcome.exists = stored.error().code == Errc::already_exists;
    tell(nullptr);
  }

  void tell(const ObjectKey* made) const {
    if (task_.on_file) task_.on_file(made);
  }

  const WorkServices& services_;
  PublishTask& task_;
  SlotOutcome& outcome_;
};

}  // namespace

std::optional<Provenance> provenance_of(const ImageSlot& slot, const MasterAnswer& answer) {
  const auto wish = slot.publish.provenance;
  if (wish == ProvenanceWish::none) return std::nullopt;
  Provenance provenance;
  if (!answer.trained_model) provenance.source = DigitalSourceType::algorithmic_media;
  if (wish == ProvenanceWish::source) return provenance;
  provenance.model = answer.model;
  provenance.prompt_sha256 = sent_prompt(slot, answer);
  return provenance;
}

Task<Result<void>> publish(const WorkServices& services, PublishTask task, ByteView master, SlotOutcome& outcome) {
  Publisher publisher(services, task, outcome);
  co_return co_await publisher.publish(master);
}

boost::json::object stored_detail(const ImageSlot& slot, const SlotOutcome& outcome) {
  boost::json::array files;
  for (std::size_t i = 0; i < outcome.files.size(); ++i) {
    const auto& made = outcome.files[i].made;
    if (!made) continue;
    const FilePlan& file = slot.publish.files[i];
    boost::json::object stored{{"key", made->key.str()},
                               {"sha256", made->sha256},
                               {"size", to_string(made->size)},
                               {"position", to_string(file.position)},
                               {"format", to_string(file.encoding.format)},
                               {"quality", quality_of(file.encoding)},
                               {"effort", file.encoding.effort}};
    if (file.fit != Fit::cover) stored["fit"] = to_string(file.fit);
    files.push_back(std::move(stored));
  }
  if (files.empty()) return {};
  auto detail = slot.about;
  detail["files"] = std::move(files);
  detail["prompt"] = slot.request.prompt.text;
  if (!slot.request.prompt.negative.empty()) detail["negativePrompt"] = slot.request.prompt.negative;
  if (const auto provenance = provenance_of(slot, outcome.answer)) {
    detail["digitalSourceType"] = to_string(provenance->source);
    detail["model"] = provenance->model;
    detail["promptSha256"] = provenance->prompt_sha256;
  }
  return detail;
}

}  // namespace imagegen
