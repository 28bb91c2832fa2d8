#include <imagegen/core/digest.hpp>
#include <imagegen/core/parallel.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/renditions.hpp>

#include "workflow/heroes/hero_work.hpp"
#include "workflow/seed.hpp"

namespace imagegen::heroes {
namespace {

Task<Result<GeneratedImages>> ask_provider(Work& work, const HeroShotPlan& plan) {
  auto& provider = work.services.provider;
  const auto deadline = deadline_after(work.services.clock, work.options.master_timeout);
  ImageRequest request{plan.prompt, plan.master_size, 1, seed_from(provider.capability(), plan.master_key.str()), {}};
  auto submitted = co_await provider.submit(std::move(request), deadline);
  if (!submitted) co_return submitted.error();
  if (auto* images = std::get_if<GeneratedImages>(&*submitted)) co_return std::move(*images);
  auto task = std::get<RemoteTask>(std::move(*submitted));
  co_return co_await provider.resume(std::move(task), deadline);
}

void record_cost(const Work& work, ShotWork& shot, const GeneratedImages& images) {
  const auto capability = work.services.provider.capability();
  if (!capability.paid) shot.report.actual = Usd{};
  if (images.usage)
    shot.report.actual = work.services.prices.actual(capability.provider, capability.model, *images.usage);
}

Task<Result<Bytes>> buy_master(Work& work, ShotWork& shot) {
  const bool cancelled = co_await is_cancelled();
  if (cancelled || work.options.stop_buying.stop_requested())
    co_return Error{Errc::cancelled, "stopped before its master was bought"};
  work.tell(HeroProgress::Kind::buying_master, shot);
  auto bought = co_await ask_provider(work, *shot.plan);
  if (!bought) co_return bought.error();
  shot.report.master = MasterSource::bought;
  record_cost(work, shot, *bought);
  auto vault = work.vault();
  auto& file = bought->images.front().file;
  auto kept =
      co_await vault.keep(shot.plan->master_key, file, work.options.fresh_masters, work.options.limits.max_bytes);
  if (kept) co_return std::move(*kept);
  // It is paid for and in memory: the files are made from it all the same, and the report says that it was not kept.
  shot.failures.push_back({shot.plan->shot_id, shot.plan->master_key.str(),
                           in_context(kept.error(), "the master could not be kept"), false});
  co_return std::move(file);
}

Task<Result<Bytes>> have_master(Work& work, ShotWork& shot) {
  if (shot.report.master != MasterSource::kept) co_return co_await buy_master(work, shot);
  auto vault = work.vault();
  auto kept = co_await vault.get(shot.plan->master_key, work.options.limits.max_bytes);
  if (!kept) co_return in_context(kept.error(), "the kept master " + shot.plan->master_key.str());
  co_return std::move(*kept);
}

void record_output(Work& work, ShotWork& shot, RowWork& row, const Rendition& made) {
  row.state = RowState::generated;
  row.output.crop = made.crop;
  row.output.upscaled = made.upscaled;
  row.output.size_bytes = made.image.bytes.size();
  row.output.url = work.services.store.url(row.row->filename);
  ++work.files_done;
  work.tell(HeroProgress::Kind::file_done, shot, row.row->filename.str());
}

Task<void> store_file(Work& work, ShotWork& shot, RowWork& row, Result<Rendition> made) {
  if (!made) {
    row.state = RowState::failed, row.error = made.error(), ++work.files_done;
    co_return;
  }
  PutOptions options;
  options.content_type = mime_type(row.row->encoding.format);
  options.only_if_absent = !work.overwrite;
  const auto stored = co_await work.services.store.put(row.row->filename, made->image.bytes, options);
  if (stored) co_return record_output(work, shot, row, *made);
  ++work.files_done;
  row.state = stored.error().code == Errc::already_exists ? RowState::skipped : RowState::failed;
  row.error = stored.error();
}

std::optional<Provenance> provenance_of(const Work& work, const ShotWork& shot) {
  if (work.options.provenance == HeroProvenance::none) return std::nullopt;
  const auto& capability = work.services.provider.capability();
  Provenance provenance;
  if (!capability.trained_model) provenance.source = DigitalSourceType::algorithmic_media;
  if (work.options.provenance == HeroProvenance::source) return provenance;
  provenance.model = capability.model;
  provenance.prompt_sha256 = to_hex(sha256(shot.plan->prompt.text));
  return provenance;
}

Task<Result<void>> cut(Work& work, ShotWork& shot, const Bytes& master) {
  std::vector<RowWork*> todo;
  std::vector<RenditionSpec> specs;
  for (auto& row : shot.rows) {
    if (row.state != RowState::todo) continue;
    todo.push_back(&row);
    auto& spec = specs.emplace_back(RenditionSpec{row.row->size, *row.row->position, row.row->encoding});
    spec.provenance = provenance_of(work, shot);
  }
  auto on_ready = [&](std::size_t index, Result<Rendition> made) -> Task<void> {
    co_await store_file(work, shot, *todo[index], std::move(made));
  };
  co_return co_await render_all(master, std::move(specs), work.options.limits, work.services.pool, on_ready);
}

Task<Error> reject_master(Work& work, ShotWork& shot, const Bytes& master, Error why) {
  auto vault = work.vault();
  const auto moved = co_await vault.reject(shot.plan->master_key, master);
  const auto* outcome = moved ? "; it was moved to masters/rejected/, and the next run will get another"
                              : "; it could not be moved away: delete it to get another";
  why.message = "the master " + shot.plan->master_key.str() + " cannot be used: " + why.message + outcome;
  co_return why;
}

Task<void> produce_shot(Work& work, ShotWork& shot) {
  const auto master = co_await have_master(work, shot);
  if (!master) {
    const bool maybe_spent = master.error().delivery != Delivery::not_sent && work.services.provider.capability().paid;
    co_return work.fail_shot(shot, master.error(), maybe_spent);
  }
  work.tell(HeroProgress::Kind::have_master, shot);
  if (const auto info = inspect_image(*master, work.options.limits)) {
    shot.report.master_size = info->size;
    shot.report.master_notes = info->notes;
  }
  auto done = co_await cut(work, shot, *master);
  if (done) co_return;
  if (done.error().code == Errc::corrupt_data) {
    auto error = co_await reject_master(work, shot, *master, done.error());
    co_return work.fail_shot(shot, std::move(error), shot.report.master == MasterSource::bought);
  }
  work.fail_shot(shot, done.error(), false);
}

}  // namespace

Task<void> produce(Work& work) {
  auto body = [&work](std::size_t index) -> Task<void> {
    if (work.shots[index].has_work()) co_await produce_shot(work, work.shots[index]);
  };
  co_await for_each_concurrently(work.shots.size(), work.options.max_concurrent_shots, body);
}

void fail_unfinished(Work& work) {
  for (auto& shot : work.shots) {
    if (shot.has_work()) work.fail_shot(shot, {Errc::cancelled, "cancelled before it was made"}, false);
  }
}

}  // namespace imagegen::heroes
