#include <imagegen/maker/core/parallel.hpp>
#include <imagegen/plan/export_plan.hpp>

#include <algorithm>

#include "workflow/heroes/hero_work.hpp"
#include "workflow/image_job/whole_object.hpp"

namespace imagegen::heroes {
namespace {

Task<void> look_for_files(Work& work, ShotWork& shot) {
  if (work.overwrite) co_return;
  for (auto& row : shot.rows) {
    const auto is_there = co_await has_content(work.services.store, row.row->filename);
    // Not knowing what is there, it would be wrong to spend on it.
    if (!is_there) co_return work.fail_shot(shot, in_context(is_there.error(), row.row->filename.str()), false);
    if (*is_there) row.state = RowState::skipped, ++work.files_done;
  }
}

Task<void> look_for_paid_master(Work& work, ShotWork& shot) {
  auto& report = shot.report;
  report.estimated = Usd{};
  if (!shot.has_work()) co_return;
  const auto looked = co_await look_for_master(work, shot);
  if (!looked) co_return work.fail_shot(shot, looked.error(), false);
  if (report.master == MasterSource::kept) co_return;
  report.master = MasterSource::to_buy;
  if (shot.is_booked) co_return;  // its price is held already
  report.estimated = shot.plan->estimate.amount;
  report.estimate_is_rough = shot.plan->estimate.rough;
}

ExportPreset preset_of(const ExportRow& row) {
  return {row.filename.str(), row.size, row.encoding, *row.position, /*allow_upscale=*/true};
}

}  // namespace

Task<void> survey(Work& work) {
  auto body = [&work](std::size_t index) -> Task<void> {
    co_await look_for_files(work, work.shots[index]);
    co_await look_for_paid_master(work, work.shots[index]);
  };
  co_await for_each_concurrently(work.shots.size(), work.options.max_concurrent_shots, body);
}

HeroCost price(Work& work) {
  HeroCost cost;
  cost.estimated = Usd{};
  for (const auto& shot : work.shots) {
    if (shot.report.master != MasterSource::to_buy || shot.is_booked) continue;
    const auto& estimate = shot.plan->estimate;
    if (cost.estimated)
      cost.estimated = estimate.amount ? std::optional(*cost.estimated + *estimate.amount) : std::nullopt;
    cost.rough = cost.rough || estimate.rough;
    const bool older = cost.price_date.empty() || estimate.price_date < cost.price_date;
    if (!estimate.price_date.empty() && older) cost.price_date = estimate.price_date;
  }
  return cost;
}

void plan_outputs(Work& work) {
  for (auto& shot : work.shots) {
    if (!shot.has_work()) continue;
    std::vector<ExportPreset> presets;
    for (const auto& row : shot.rows) presets.push_back(preset_of(*row.row));
    const auto plan =
        plan_export(shot.plan->master_size, presets).value();  // the pack was checked: names and sizes are right
    for (std::size_t i = 0; i < shot.rows.size(); ++i) {
      auto& row = shot.rows[i];
      if (row.state != RowState::pending) continue;
      row.state = RowState::generated;
      row.output.upscaled = plan.steps[i].upscaled;
      if (!looks_at_pixels(row.row->position->rule)) row.output.crop = plan.steps[i].crop;
    }
  }
}

}  // namespace imagegen::heroes
