#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/heroes/hero_replay.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "workflow/heroes/hero_rendition.hpp"
#include "workflow/image_job/replay_files.hpp"

namespace imagegen {
namespace {

const HeroShotPlan* find_shot(const HeroPlan& plan, const std::string& shot_id) {
  const auto found = std::find_if(plan.shots.begin(), plan.shots.end(),
                                  [&](const HeroShotPlan& candidate) { return candidate.shot_id == shot_id; });
  return found == plan.shots.end() ? nullptr : &*found;
}

// What the newest input asks for is planned again from its pack. Of an earlier one the pack is not kept, but the prompt
// that came of it.
bool is_same_request(const RecordedFile& file, const HeroShotPlan* planned) {
  if (planned != nullptr && file.request->same_with(planned->prompt)) return true;
  return !file.of_newest_input && file.prompt && file.request->same_with(*file.prompt);
}

std::optional<RenditionSpec> planned_spec(const RecordedFile& file, const HeroShotPlan* planned) {
  if (planned == nullptr) return std::nullopt;
  const auto row = std::find_if(planned->rows.begin(), planned->rows.end(),
                                [&](const ExportRow& candidate) { return candidate.filename.str() == file.key; });
  if (row == planned->rows.end()) return std::nullopt;
  return heroes::rendition_of(*row, std::nullopt);
}

// Takes whatever an order may say: what the models of today take does not matter to pictures that are there.
const ModelCapability& model_of_any_kind() {
  static const ModelCapability model = [] {
    ModelCapability any;
    any.model = "any";
    any.prompt.most = SIZE_MAX;
    any.negative = true;
    return any;
  }();
  return model;
}

// Only the prompts and rows matter, so that a model that is not to be had any more is no fault.
Result<HeroPlan> plan_all(const HeroServices& services, const HeroOrder& order) {
  const auto& own = order.prompt_template;
  const auto prompts = PromptTemplate::parse(own.empty() ? default_hero_template() : own, hero_placeholders());
  if (!prompts) return prompts.error();
  const std::vector<ChosenModel> route{{services.providers.all().front(), &model_of_any_kind(), {}}};
  auto whole = order.request;
  whole.shot_ids.clear();
  auto planned = plan_heroes(order.pack, whole, *prompts, route, services.prices);
  if (std::holds_alternative<std::vector<FieldFault>>(planned))
    planned = plan_heroes(order.pack, order.request, *prompts, route, services.prices);
  if (const auto* faults = std::get_if<std::vector<FieldFault>>(&planned)) return to_error("the job's pack:", *faults);
  return std::get<HeroPlan>(std::move(planned));
}

}  // namespace

Task<Result<Replay>> replay_hero_job(HeroServices services, HeroOptions options, JobStore& jobs, std::string job_id) {
  auto call = [&] { return load_recorded_job(jobs, job_id, kHeroJobKind); };
  const auto loaded = co_await services.pool.run(call);
  if (!loaded) co_return loaded.error();
  auto order = parse_hero_order(loaded->job.input);
  if (!order) co_return order.error();
  const auto planned = plan_all(services, *order);
  if (!planned) co_return planned.error();
  Replay made;
  made.job_id = job_id;
  for (auto& [shot_id, recorded] : recorded_files(*loaded, "shot", false)) {
    const auto* shot = find_shot(*planned, shot_id);
    ReplayRules rules;
    rules.is_same_request = [shot](const RecordedFile& file) { return is_same_request(file, shot); };
    rules.name = [](const RecordedFile& file) { return file.key; };
    rules.planned = [shot](const RecordedFile& file) { return planned_spec(file, shot); };
    auto files = co_await replay_files(services, options.limits, std::move(recorded), std::move(rules));
    std::move(files.begin(), files.end(), std::back_inserter(made.files));
  }
  co_return made;
}

}  // namespace imagegen
