#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <algorithm>

#include "workflow/heroes/hero_event.hpp"
#include "workflow/heroes/hero_work.hpp"

namespace imagegen {
namespace heroes {

void Work::tell(HeroProgress::Kind kind, const ShotWork& shot, const std::string& filename) const {
  if (progress) progress({kind, shot.plan->shot_id, filename, files_done, files_total, spent});
}

void Work::tell_planned() const {
  if (progress) progress({HeroProgress::Kind::planned, {}, {}, files_done, files_total, spent});
}

void Work::fail_shot(ShotWork& shot, Error error, bool maybe_spent) {
  shot.failed_as_a_whole = true;
  shot.failures.push_back({shot.plan->shot_id, {}, std::move(error), maybe_spent});
  for (const auto& row : shot.rows) files_done += row.state == RowState::pending ? 1U : 0U;
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
    next.report.adaptations = shot.adaptations;
    for (const auto& row : shot.rows) next.rows.push_back({&row, RowState::pending, output_of(row), {}});
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

HeroRefusal budget_exceeded(const HeroCost& cost, Usd remaining) {
  HeroRefusal refusal;
  refusal.status = 402;
  refusal.error = "BUDGET_EXCEEDED";
  refusal.estimated = cost.estimated;
  refusal.remaining = remaining;
  refusal.message =
      cost.estimated
          ? "estimated " + to_string(*cost.estimated) + " USD, but only " + to_string(remaining) + " USD are left"
          : "the price of a master is unknown, and there is a budget of " + to_string(remaining) + " USD";
  return refusal;
}

std::optional<HeroRefusal> over_budget(const HeroCost& cost, std::optional<Usd> remaining, bool allow_unknown_price) {
  if (!remaining) return std::nullopt;
  if (cost.estimated ? *cost.estimated <= *remaining : allow_unknown_price) return std::nullopt;
  return budget_exceeded(cost, *remaining);
}

// What all that the job may buy has to fit into, beside the budget of this call.
Task<Result<std::optional<Usd>>> remaining_of(const Work& work) {
  const auto& services = work.services;
  PurchaseIntent intent;
  intent.job_id = work.job_id, intent.user = work.options.booking.user;
  auto look = [&] {
    return remaining_budget(services.ledger, work.options.budgets, intent, to_timestamp(services.clock.wall_now()));
  };
  co_return co_await services.pool.run(look);
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
      : work_{services, options, request, progress, request.overwrite || options.fresh_masters, {}, 0, 0, {}, {}, {}},
        started_(services.clock.now()) {}

  Task<HeroOutcome> run(std::string work_item_id, const HeroPlan& plan) {
    const auto& booking = work_.options.booking;
    work_.job_id = booking.job_id.empty() ? hero_job_id(work_item_id) : booking.job_id;
    if (work_.options.fresh_masters) work_.fresh = booking.fresh.empty() ? new_event_id() : booking.fresh;
    begin(work_, plan);
    co_await survey(work_);
    HeroResult result;
    result.work_item_id = std::move(work_item_id);
    result.dry_run = work_.request.dry_run;
    result.overwrite = work_.overwrite;
    result.missing_shots = plan.missing_shots;
    result.warnings = plan.warnings;
    result.cost = price(work_);
    const bool cancelled = co_await is_cancelled();
    if (auto refusal = not_served()) co_return std::move(*refusal);
    if (!cancelled && result.dry_run) plan_outputs(work_);
    if (!cancelled && !result.dry_run) {
      auto refusal = co_await does_not_fit(result.cost);
      if (refusal) co_return std::move(*refusal);
      work_.tell_planned();
      co_await produce(work_);
    }
    fail_unfinished(work_);
    co_return co_await finish(std::move(result));
  }

 private:
  // A model that its host has stopped serving is no reason to leave what is paid for uncut.
  std::optional<HeroRefusal> not_served() const {
    bool must_buy = false, can_work = false;
    for (const ShotWork& shot : work_.shots) {
      const bool is_to_buy = shot.report.master == MasterSource::to_buy && !shot.is_booked;
      must_buy = must_buy || is_to_buy;
      can_work = can_work || (shot.has_work() && !is_to_buy);
    }
    if (!must_buy || (can_work && !work_.request.dry_run)) return std::nullopt;
    const auto route = choose_all(work_.services.providers, work_.options.route);
    const auto served = route ? check_retirement(*route, work_.services.clock) : Result<void>();
    if (served) return std::nullopt;
    return invalid_request({{"model", served.error().message}});
  }

  Task<std::optional<HeroRefusal>> does_not_fit(const HeroCost& cost) {
    const auto& options = work_.options;
    if (auto refusal = over_budget(cost, options.budget, options.allow_unknown_price)) co_return refusal;
    const auto remaining = co_await remaining_of(work_);
    if (!remaining) co_return internal_error("the ledger: " + remaining.error().message);
    co_return over_budget(cost, *remaining, options.budgets.allow_unknown_price);
  }

  Task<HeroOutcome> finish(HeroResult result) {
    for (auto& shot : work_.shots) collect(result, shot);
    sum_up_actual(result);
    auto& clock = work_.services.clock;
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - started_);
    work_.services.events.get().emit(lifestyle_heroes_generated(result, clock.wall_now()));
    if (!came_to_nothing(result)) co_return result;
    // Others have spent meanwhile what was left when this call began.
    const auto for_money = [](const HeroFailure& failure) { return failure.error.code == Errc::budget_exceeded; };
    if (!std::all_of(result.failed.begin(), result.failed.end(), for_money)) co_return generation_failed(result);
    const auto remaining = co_await remaining_of(work_);
    co_return budget_exceeded(result.cost, remaining ? remaining->value_or(Usd{}) : Usd{});
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
  const auto& fresh = options.booking.fresh;
  if (fresh.size() > 64 || !std::all_of(fresh.begin(), fresh.end(), [](unsigned char c) { return std::isalnum(c); }))
    faults.push_back({"fresh", "expected at most 64 of A-Z a-z 0-9, got " + in_quotes(fresh)});
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

std::string hero_job_id(std::string_view work_item_id) {
  return "heroes-" + to_hex(sha256(work_item_id)).substr(0, 32);
}

std::variant<HeroPlan, std::vector<FieldFault>> plan_heroes(const HeroServices& services, const HeroOptions& options,
                                                            const LifestylePack& pack, const HeroRequest& request) {
  auto faults = heroes::check_options(options);
  for (auto& fault : check(request)) faults.push_back(std::move(fault));
  heroes::check_formats(pack, faults);
  const auto text =
      options.prompt_template.empty() ? default_hero_template() : std::string_view(options.prompt_template);
  const auto prompt_template = PromptTemplate::parse(text, hero_placeholders());
  if (!prompt_template) faults.push_back({"promptTemplate", prompt_template.error().message});
  const auto route = choose_all(services.providers, options.route);
  if (!route) faults.push_back({"route", route.error().message});
  if (!faults.empty()) return faults;
  auto planned = plan_heroes(pack, request, *prompt_template, *route, services.prices);
  if (auto* plan = std::get_if<HeroPlan>(&planned)) plan->warnings = retirement_warnings(*route, services.clock);
  return planned;
}

Task<HeroOutcome> run_heroes(HeroServices services, HeroOptions options, std::string work_item_id, LifestylePack pack,
                             HeroRequest request, HeroProgressFn progress) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto planned = plan_heroes(services, options, pack, request);
  if (auto* wrong = std::get_if<std::vector<FieldFault>>(&planned)) co_return invalid_request(std::move(*wrong));
  heroes::Run run(services, options, request, progress);
  co_return co_await run.run(std::move(work_item_id), std::get<HeroPlan>(planned));
}

}  // namespace imagegen
