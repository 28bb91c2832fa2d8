#pragma once
#include <imagegen/job/worker.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

/// \file The heroes of a work item as a job, so that another process goes on where one was killed.
namespace imagegen {

/// Of Job::kind.
inline constexpr std::string_view kHeroJobKind = "heroes";

/// All that decides what becomes of a work item, apart from the configuration of whoever does it.
struct HeroOrder {
  std::string work_item_id;     ///< Whose heroes these are.
  LifestylePack pack;           ///< All of it, also what the request does not ask for.
  HeroRequest request;          ///< Never a dry run.
  std::string prompt_template;  ///< As HeroOptions, and so are those below.
  HeroProvenance provenance = HeroProvenance::source;  ///< What files say about where they come from.
  std::optional<Usd> budget;         ///< For this call; absent: the budgets of whoever does it alone.
  bool allow_unknown_price = false;  ///< Under a budget: buy also what has no price.
  std::string fresh;  ///< HeroBooking::fresh where fresh masters are wanted; else empty.
  std::vector<ProviderModel> route;  ///< Who is asked; empty: the order is of an older version, which did not say.
  std::map<std::string, ApprovedPicture, std::less<>> approved;  ///< HeroBooking::approved.
};

/// What `options` say of a call, and `route` and `plan` of its masters. Fresh masters get a wish of their own.
HeroOrder hero_order(const HeroOptions& options, std::string work_item_id, LifestylePack pack, HeroRequest request,
                     std::vector<ProviderModel> route = {}, const HeroPlan& plan = {});

/// Whether `earlier` and `ours` want the same, whatever their wishes for fresh masters are called.
bool same_wish(HeroOrder earlier, HeroOrder ours);

/// The input of the job, JSON.
std::string to_json(const HeroOrder& order);
/// Errc::corrupt_data for what to_json() cannot have written.
Result<HeroOrder> parse_hero_order(std::string_view json);

/// For a caller that waits for the work item in this process.
struct HeroWatcher {
  HeroProgressFn progress = {};  ///< As that of imagegen::run_heroes(); on the worker's executor.
  /// Told what a job came to, before that is written; on the worker's executor.
  std::function<void(const Job& job, const HeroOutcome& outcome)> on_outcome = {};
  /// Of the caller's own job: that one ends when its worker is stopped (JobResult::stays), or when it is cut short by
  /// HeroOptions::stop_buying. Others go back into the queue then. Empty: none is the caller's own.
  std::string input = {};
};

/// Does jobs whose input is a HeroOrder. The outcome is the job's output, as JSON; succeeded, partly_succeeded when
/// something failed, failed when nothing came of it, cancelled when it was cut short. An order that this process cannot
/// carry out as it says is left for another worker; by a caller that waits for its own order, it is ended. The event of the work item is
/// announced with the job's end, and does not go to `services.events`: see WorkerOptions::announce.
///
/// \param options What the order does not say; the tighter budget holds.
JobHandler hero_job_handler(HeroServices services, HeroOptions options, HeroWatcher watcher = {});

}  // namespace imagegen
