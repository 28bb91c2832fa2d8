#include <imagegen/core/shield.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <algorithm>

#include "workflow/heroes/hero_event.hpp"
#include "workflow/heroes/hero_work.hpp"

namespace imagegen {
namespace heroes {

void Work::tell(HeroProgress::Kind kind, const ShotWork& shot, const std::string& filename) const {
  if (progress) progress({kind, shot.plan->shot_id, filename, files_done, files_total});
}

void Work::fail_shot(ShotWork& shot, Error error, bool maybe_spent) {
  shot.failed_as_a_whole = true;
  shot.failures.push_back({shot.plan->shot_id, {}, std::move(error), maybe_spent});
  for (const auto& row : shot.rows) files_done += row.state == RowState::todo ? 1U : 0U;
  tell(HeroProgress::Kind::shot_failed, shot);
}

namespace {

HeroOutput output_of(const ExportRow& row) {
  HeroOutput output;
  output.shot_id = row.shot_id, output.sku = row.sku, output.base_key = row.base_key;
  output.size_label = row.size_label, output.filename = row.filename.str();
  output.size = row.size, output.format = to_string(row.encoding.format), output.is_primary = row.is_primary;
  output.pack_row = row.pack_row;
  return output;
}

void begin(Work& work, const HeroPlan& plan) {
  for (const auto& shot : plan.shots) {
    ShotWork next{
        &shot,
        {},
        {shot.shot_id, shot.card_title, shot.prompt.text, MasterSource::none, shot.master_size, {}, false, {}},
        {},
        false};
    for (const auto& row : shot.rows) next.rows.push_back({&row, RowState::todo, output_of(row), {}});
    work.files_total += next.rows.size();
    work.shots.push_back(std::move(next));
  }
}

void collect(HeroResult& result, ShotWork& shot) {
  for (auto& row : shot.rows) {
    const auto& id = shot.plan->shot_id;
    if (row.state == RowState::generated) result.generated.push_back(std::move(row.output));
    if (row.state == RowState::skipped)
      result.skipped_existing.push_back({id, row.row->filename.str(), row.row->size_label, row.row->pack_row});
    if (row.state == RowState::failed)
      result.failed.push_back({id, row.row->filename.str(), std::move(row.error), false});
  }
  for (auto& failure : shot.failures) result.failed.push_back(std::move(failure));
  if (shot.report.master == MasterSource::bought) ++result.cost.images_bought;
  if (!result.dry_run && shot.report.master == MasterSource::to_buy) shot.report.master = MasterSource::none;
  result.shots.push_back(std::move(shot.report));
}

void sum_up_actual(HeroResult& result) {
  result.cost.actual = Usd{};
  for (const auto& shot : result.shots) {
    if (shot.master != MasterSource::bought || !result.cost.actual) continue;
    result.cost.actual = shot.actual ? std::optional(*result.cost.actual + *shot.actual) : std::nullopt;
  }
  if (result.dry_run) result.cost.actual = std::nullopt;
}

std::optional<HeroRefusal> over_budget(const HeroOptions& options, const HeroCost& cost) {
  if (!options.budget) return std::nullopt;
  if (cost.estimated && *cost.estimated <= *options.budget) return std::nullopt;
  if (!cost.estimated && options.allow_unknown_price) return std::nullopt;
  HeroRefusal refusal;
  refusal.status = 402;
  refusal.error = "BUDGET_EXCEEDED";
  refusal.estimated = cost.estimated;
  refusal.remaining = options.budget;
  refusal.message =
      cost.estimated
          ? "estimated " + to_string(*cost.estimated) + " USD, but only " + to_string(*options.budget) + " USD are left"
          : "the price of a master is unknown, and there is a budget of " + to_string(*options.budget) + " USD";
  return refusal;
}

// "Every shot failed": nothing was made and nothing was there already.
bool came_to_nothing(const HeroResult& result) {
  return !result.failed.empty() && result.generated.empty() && result.skipped_existing.empty();
}

HeroRefusal generation_failed(const HeroResult& result) {
  HeroRefusal refusal;
  refusal.status = 502;
  refusal.error = "GENERATION_FAILED";
  refusal.message = "no file could be made";
  refusal.failed = result.failed;
  return refusal;
}

class Run {
 public:
  Run(HeroServices services, const HeroOptions& options, const HeroRequest& request, const HeroProgressFn& progress)
      : work_{services, options, request, progress, request.overwrite || options.fresh_masters, {}, 0, 0},
        started_(services.clock.now()) {}

  Task<HeroOutcome> run(std::string work_item_id, const HeroPlan& plan) {
    begin(work_, plan);
    co_await survey(work_);
    HeroResult result;
    result.work_item_id = std::move(work_item_id);
    result.dry_run = work_.request.dry_run;
    result.overwrite = work_.overwrite;
    result.missing_shots = plan.missing_shots;
    result.cost = price(work_);
    const bool cancelled = co_await is_cancelled();
    if (!cancelled && result.dry_run) plan_outputs(work_);
    if (!cancelled && !result.dry_run) {
      if (auto refusal = over_budget(work_.options, result.cost)) co_return std::move(*refusal);
      co_await produce(work_);
    }
    fail_unfinished(work_);
    co_return finish(std::move(result));
  }

 private:
  HeroOutcome finish(HeroResult result) {
    for (auto& shot : work_.shots) collect(result, shot);
    sum_up_actual(result);
    auto& clock = work_.services.clock;
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - started_);
    work_.services.events.emit(lifestyle_heroes_generated(result, clock.wall_now()));
    if (came_to_nothing(result)) return generation_failed(result);
    return result;
  }

  Work work_;
  std::chrono::steady_clock::time_point started_;
};

std::vector<FieldFault> check_options(const HeroOptions& options) {
  std::vector<FieldFault> faults;
  const auto shots = options.max_concurrent_shots;
  if (shots < 1 || shots > 64) faults.push_back({"maxConcurrentShots", "expected 1..64, got " + std::to_string(shots)});
  if (options.budget && options.budget->nanos < 0)
    faults.push_back({"budget", "expected 0 or more, got " + to_string(*options.budget)});
  return faults;
}

// What this build cannot write is a fault of the pack, found before anything is bought.
void check_formats(const LifestylePack& pack, std::vector<FieldFault>& faults) {
  for (std::size_t i = 0; i < pack.export_plan.size(); ++i) {
    const auto format = pack.export_plan[i].encoding.format;
    if (can_encode(format)) continue;
    faults.push_back(
        {"export_plan[" + std::to_string(i) + "].format", "this build cannot write " + std::string(to_string(format))});
  }
}

}  // namespace
}  // namespace heroes

Task<HeroOutcome> run_heroes(HeroServices services, HeroOptions options, std::string work_item_id, LifestylePack pack,
                             HeroRequest request, HeroProgressFn progress) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto faults = heroes::check_options(options);
  for (auto& fault : check(request)) faults.push_back(std::move(fault));
  heroes::check_formats(pack, faults);
  const auto text =
      options.prompt_template.empty() ? default_hero_template() : std::string_view(options.prompt_template);
  const auto prompt_template = PromptTemplate::parse(text, hero_placeholders());
  if (!prompt_template) faults.push_back({"promptTemplate", prompt_template.error().message});
  if (!faults.empty()) co_return invalid_request(std::move(faults));
  auto planned = plan_heroes(pack, request, *prompt_template, services.provider.capability(), services.prices);
  if (auto* wrong = std::get_if<std::vector<FieldFault>>(&planned)) co_return invalid_request(std::move(*wrong));
  heroes::Run run(services, options, request, progress);
  co_return co_await run.run(std::move(work_item_id), std::get<HeroPlan>(planned));
}

}  // namespace imagegen
