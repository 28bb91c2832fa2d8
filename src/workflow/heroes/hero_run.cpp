#include <imagegen/core/digest.hpp>
#include <imagegen/core/parallel.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/renditions.hpp>

#include <algorithm>

#include "json/write.hpp"
#include "workflow/asset_records.hpp"
#include "workflow/heroes/hero_rendition.hpp"
#include "workflow/heroes/hero_work.hpp"
#include "workflow/image_job/whole_object.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen::heroes {
namespace {

void describe_output(const Work& work, RowWork& row, const Rendition& made) {
  row.output.crop = made.crop;
  row.output.upscaled = made.upscaled;
  row.output.size_bytes = made.image.bytes.size();
  row.output.sha256 = to_hex(sha256(made.image.bytes));
  row.output.url = work.services.store.url(row.row->filename);
}

AssetRecord record_of(const Work& work, const ShotWork& shot, const RowWork& row, const Rendition& made) {
  AssetRecord asset;
  asset.id = asset_id(work.job_id, row.output.filename), asset.kind = "rendition";
  asset.object_key = row.output.filename, asset.url = row.output.url;
  asset.content_type = mime_type(row.row->encoding.format);
  asset.sha256 = row.output.sha256, asset.size = made.image.size, asset.size_bytes = made.image.bytes.size();
  asset.job_id = work.job_id, asset.owner = work.options.booking.user;
  asset.provider = shot.answer.provider, asset.model = shot.answer.model;
  asset.prompt_sha256 = to_hex(sha256(shot.plan->prompt.text));
  asset.extra = json::write(boost::json::object{{"shot", shot.plan->shot_id},
                                                {"sku", row.output.sku},
                                                {"sizeLabel", row.output.size_label},
                                                {"master", shot.plan->master_key.str()}});
  asset.created = to_timestamp(work.services.clock.wall_now());
  return asset;
}

Task<Result<void>> put_file(Work& work, RowWork& row, const Rendition& made) {
  PutOptions options;
  options.content_type = mime_type(row.row->encoding.format);
  auto put = work.overwrite ? work.services.store.put(row.row->filename, made.image.bytes, options)
                            : put_if_absent(work.services.store, row.row->filename, made.image.bytes, options);
  const auto stored = co_await std::move(put);
  if (!stored) co_return stored.error();
  co_return Result<void>();
}

// The record goes before the file: when the process ends between the two, the next run makes the same file, while it
// would take a file without a record for somebody else's.
Task<Result<void>> record_and_put(Work& work, ShotWork& shot, RowWork& row, const Rendition& made) {
  auto asset = record_of(work, shot, row, made);
  const auto id = asset.id;
  const auto recorded = co_await record_asset(work.services.metadata, std::move(asset));
  if (!recorded) co_return recorded.error();
  const auto stored = co_await put_file(work, row, made);
  // It is not ours. A record that cannot be taken back now is put right when the file is made again.
  if (!stored && work.services.metadata != nullptr && !work.overwrite) co_await work.services.metadata->remove(id);
  co_return stored;
}

Task<void> store_file(Work& work, ShotWork& shot, RowWork& row, Result<Rendition> made) {
  if (!made) {
    row.state = RowState::failed, row.error = made.error(), ++work.files_done;
    co_return;
  }
  describe_output(work, row, *made);
  const auto stored = co_await record_and_put(work, shot, row, *made);
  ++work.files_done;
  if (stored) {
    row.state = RowState::generated;
    co_return work.tell(HeroProgress::Kind::file_done, shot, row.row->filename.str());
  }
  row.state = stored.error().code == Errc::already_exists ? RowState::skipped : RowState::failed;
  row.error = stored.error();
}

std::optional<Provenance> provenance_of(const Work& work, const ShotWork& shot) {
  if (work.options.provenance == HeroProvenance::none) return std::nullopt;
  Provenance provenance;
  if (!shot.answer.trained_model) provenance.source = DigitalSourceType::algorithmic_media;
  if (work.options.provenance == HeroProvenance::source) return provenance;
  provenance.model = shot.answer.model;
  provenance.prompt_sha256 = to_hex(sha256(shot.plan->prompt.text));
  return provenance;
}

Task<Result<void>> cut(Work& work, ShotWork& shot, const Bytes& master) {
  std::vector<RowWork*> todo;
  std::vector<RenditionSpec> specs;
  for (auto& row : shot.rows) {
    if (row.state != RowState::todo) continue;
    todo.push_back(&row);
    specs.push_back(rendition_of(*row.row, provenance_of(work, shot)));
  }
  auto on_ready = [&](std::size_t index, Result<Rendition> made) -> Task<void> {
    co_await store_file(work, shot, *todo[index], std::move(made));
  };
  co_return co_await render_all(master, std::move(specs), work.options.limits, work.services.pool, on_ready);
}

// With all that decides what the files are like, so that they can be made again when the pack is another one.
Task<void> note_files(Work& work, ShotWork& shot) {
  boost::json::array files;
  for (const auto& row : shot.rows) {
    if (row.state != RowState::generated) continue;
    const Encoding& encoding = row.row->encoding;
    files.push_back({{"key", row.output.filename},
                     {"sha256", row.output.sha256},
                     {"size", to_string(row.row->size)},
                     {"position", to_string(*row.row->position)},
                     {"format", to_string(encoding.format)},
                     {"quality", encoding.quality},
                     {"effort", encoding.effort}});
  }
  if (files.empty()) co_return;
  boost::json::object detail{{"shot", shot.plan->shot_id}, {"files", std::move(files)}};
  detail["prompt"] = shot.plan->prompt.text;
  if (!shot.plan->prompt.negative.empty()) detail["negativePrompt"] = shot.plan->prompt.negative;
  if (const auto provenance = provenance_of(work, shot)) {
    detail["digitalSourceType"] = to_string(provenance->source);
    detail["model"] = provenance->model;
    detail["promptSha256"] = provenance->prompt_sha256;
  }
  const auto told = co_await note(work, "files_stored", std::move(detail));
  if (!told) shot.failures.push_back({shot.plan->shot_id, {}, told.error(), false});
}

bool costs_money(const Work& work) {
  const auto route = choose_all(work.services.providers, work.options.route);
  return !route || std::any_of(route->begin(), route->end(),
                               [](const ChosenModel& chosen) { return chosen.provider->capability().paid; });
}

Task<void> produce_shot(Work& work, ShotWork& shot) {
  auto master = co_await have_master(work, shot);
  if (!master) {
    // The ledger's word: an error that leaves nothing owed says so.
    const Error& why = master.error();
    co_return work.fail_shot(shot, why, billing_of(why) != Billing::no && costs_money(work));
  }
  // A provider that cannot let its answer wait has brought it already: what is made of it waits instead.
  if (work.services.places != nullptr && !shot.place) {
    auto place = co_await work.services.places->take();
    if (!place) co_return work.fail_shot(shot, place.error(), shot.report.master == MasterSource::bought);
    shot.place = std::move(*place);
  }
  work.tell(HeroProgress::Kind::have_master, shot);
  if (const auto info = inspect_image(master->file, work.options.limits)) {
    shot.report.master_size = info->size;
    shot.report.master_notes = info->notes;
    if (auto differs = size_note(shot.answer.size, info->size)) shot.report.master_notes.push_back(std::move(*differs));
  }
  auto done = co_await cut(work, shot, master->file);
  if (done || done.error().code != Errc::corrupt_data) co_await take_fresh(work, shot, master->file);
  co_await note_files(work, shot);
  if (done) co_return;
  if (done.error().code == Errc::corrupt_data) {
    auto error = co_await reject_master(work, shot, std::move(*master), done.error());
    co_return work.fail_shot(shot, std::move(error), shot.report.master == MasterSource::bought);
  }
  work.fail_shot(shot, done.error(), false);
}

}  // namespace

Task<void> produce(Work& work) {
  auto body = [&work](std::size_t index) -> Task<void> {
    if (work.shots[index].has_work()) co_await produce_shot(work, work.shots[index]);
    work.shots[index].place.reset();
  };
  co_await for_each_concurrently(work.shots.size(), work.options.max_concurrent_shots, body);
}

void fail_unfinished(Work& work) {
  for (auto& shot : work.shots) {
    if (shot.has_work()) work.fail_shot(shot, {Errc::cancelled, "cancelled before it was made"}, false);
  }
}

}  // namespace imagegen::heroes
