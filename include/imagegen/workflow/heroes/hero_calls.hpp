#pragma once
#include <imagegen/config/route_profile.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack_source.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <stop_token>
#include <string>

/// \file Heroes in a Runtime, which is the WorkflowHost of these calls.
namespace imagegen {

/// What a configuration says of heroes: RuntimeConfig::of<HeroConfig>(). A host gives packs of its own as
/// RuntimeParts::of<std::shared_ptr<LifestylePackSource>>().
struct HeroConfig {
  HeroOptions options;        ///< Budgets and route are those of the runtime.
  std::size_t in_memory = 0;  ///< Masters that are in memory at a time, over all calls; 0: by the number of threads.
  std::string lifestyle_packs;  ///< Folder of `<workItemId>.json`; empty: packs come with the request.
  /// How its HTTP routes are mounted.
  RouteProfile routes{{"/api/work-items"}, ErrorDialect::ok, {}, {"admin", "ops", "ops_admin", "design_pod"}};
};

/// As configured, with the runtime's budgets and route.
const HeroOptions& hero_options(WorkflowHost& host);
/// Opens the state where it is not open, and blocks for that. Errors of WorkflowHost::services().
Result<HeroServices> hero_services(WorkflowHost& host);
/// Null where neither the host nor the configuration gives one.
LifestylePackSource* lifestyle_packs(WorkflowHost& host);

/// Makes the lifestyle heroes of one work item and returns when all is done: run_heroes() with the services of `host`,
/// as the job hero_job_id() of the work item in its state. Calls for one work item take turns, also those of other
/// processes that share the state; one that was interrupted is brought to its end first, and what it had bought is used.
/// A dry run is no job and needs no state.
///
/// Never throws: what nobody expected, and a state that cannot be reached, is a refusal INTERNAL_ERROR.
/// \param progress Called on the I/O thread; must return quickly. \param stop Cancels: purchases under way are
/// abandoned, and may still be billed.
HeroOutcome run_heroes(WorkflowHost& host, std::string work_item_id, LifestylePack pack, HeroRequest request,
                       HeroProgressFn progress = {}, std::stop_token stop = {});
/// \param options hero_options(), and what shall be otherwise for this call.
HeroOutcome run_heroes(WorkflowHost& host, HeroOptions options, std::string work_item_id, LifestylePack pack,
                       HeroRequest request, HeroProgressFn progress = {}, std::stop_token stop = {});
/// The same for coroutines on the I/O thread. Ended by `stop` alone: it takes no notice of its own cancellation.
Task<HeroOutcome> heroes_of(WorkflowHost& host, HeroOptions options, std::string work_item_id, LifestylePack pack,
                            HeroRequest request, HeroProgressFn progress, std::stop_token stop);

}  // namespace imagegen
