#include "workflow/heroes/heroes_kind.hpp"

#include <imagegen/workflow/heroes/hero_calls.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/heroes/hero_replay.hpp>

#include "config/config_fields.hpp"
#include "workflow/heroes/host_lifestyle_packs.hpp"
#include "workflow/heroes/open_heroes.hpp"

namespace imagegen {
namespace {

using json::Need;
using json::ObjectReader;

void read_hero_provenance(ObjectReader& part, HeroProvenance& out) {
  const std::string word = part.text("provenance", Need::optional);
  if (word == "none")
    out = HeroProvenance::none;
  else if (word == "source")
    out = HeroProvenance::source;
  else if (word == "detailed")
    out = HeroProvenance::detailed;
  else
    part.fault("provenance", "expected none, source or detailed");
}

void read_hero_document(ObjectReader& root, std::vector<FieldFault>& faults, RuntimeConfig& config) {
  auto& heroes = config.of<HeroConfig>();
  config::into(root, "packs", heroes.lifestyle_packs);  // as it was called
  config::into(root, "lifestylePacks", heroes.lifestyle_packs);
  config::section(root, "heroes", faults, [&](ObjectReader& part) {
    auto& options = heroes.options;
    config::into(part, "promptTemplate", options.prompt_template);
    config::count(part, "maxConcurrentShots", 1, 64, options.max_concurrent_shots);
    config::time(part, "masterTimeoutMs", options.master_timeout);
    config::count(part, "mastersInMemory", 1, 100'000, heroes.in_memory);
    config::dollars(part, "budget", options.budget);
    options.allow_unknown_price = part.flag("allowUnknownPrice", options.allow_unknown_price);
    options.again_when_unknown = part.flag("buyAgainWhenUnknown", options.again_when_unknown);
    if (part.has("provenance")) read_hero_provenance(part, options.provenance);
    config::routes(part, faults, heroes.routes);
  });
}

void read_hero_environment(EnvironmentReader& environment, RuntimeConfig& config) {
  auto& heroes = config.of<HeroConfig>();
  environment.into(heroes.lifestyle_packs, "IMAGEGEN_PACKS");  // as it was called
  environment.into(heroes.lifestyle_packs, "IMAGEGEN_LIFESTYLE_PACKS");
  environment.into(heroes.options.budget, "IMAGEGEN_BUDGET");
}

// "key" is that of a master, or of a file in jobs of older versions.
constexpr std::string_view kHeroObjects[] = {"key", "files.key"};
constexpr PersonalJobs kHeroJobs[] = {{kHeroJobKind, {}, kHeroObjects}};
constexpr PersonalData kHeroPersonalData{kHeroJobs};

const RouteProfile& hero_route_profile(const RuntimeConfig& config) {
  return config.of<HeroConfig>().routes;
}

// Enough that the pool has something to cut while other masters come and go over the network.
std::size_t masters_in_memory(const HeroConfig& config, std::size_t threads) {
  return config.in_memory > 0 ? config.in_memory : 2 + 2 * threads;
}

Result<std::unique_ptr<Workflow>> open_heroes(WorkflowHost& host, Sections& parts) {
  auto config = host.config().of<HeroConfig>();
  if (const auto checked = check_limit("heroes.budget", config.options.budget); !checked) return checked.error();
  config.options.budgets = host.config().budgets;
  config.options.route = host.config().route;
  auto packs = parts.of<std::shared_ptr<LifestylePackSource>>();
  if (!packs && !config.lifestyle_packs.empty()) packs = make_folder_lifestyle_packs(config.lifestyle_packs, host.pool());
  const auto places = masters_in_memory(config, host.pool().threads());
  return std::unique_ptr<Workflow>(
      std::make_unique<OpenHeroes>(host, std::move(config.options), std::move(packs), places));
}

}  // namespace

OpenHeroes::OpenHeroes(WorkflowHost& host, HeroOptions configured, std::shared_ptr<LifestylePackSource> source,
                       std::size_t in_memory)
    : options(std::move(configured)), packs(std::move(source)), host_(host), places_(in_memory) {}

std::string_view OpenHeroes::job_kind() const noexcept {
  return kHeroJobKind;
}

JobHandler OpenHeroes::handler(WorkServices services) {
  return hero_job_handler(with_events(std::move(services)), options);
}

Task<Result<Replay>> OpenHeroes::replay(WorkServices services, std::string job_id) {
  auto& jobs = *services.jobs;
  co_return co_await replay_hero_job(with_events(std::move(services)), options, jobs, std::move(job_id));
}

HeroServices OpenHeroes::with_events(WorkServices services) noexcept {
  HeroServices made{std::move(services), host_.events()};
  made.places = &places_;
  return made;
}

const WorkflowKind kHeroes{"heroes", read_hero_document, read_hero_environment, open_heroes, hero_operations,
                           hero_host_parts, hero_route_profile, &kHeroPersonalData};

}  // namespace imagegen
