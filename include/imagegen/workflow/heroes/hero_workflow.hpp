#pragma once
#include <imagegen/event/event_sink.hpp>
#include <imagegen/image/image_limits.hpp>
#include <imagegen/job/job.hpp>
#include <imagegen/workflow/heroes/hero_plan.hpp>
#include <imagegen/workflow/heroes/hero_result.hpp>
#include <imagegen/workflow/order_terms.hpp>
#include <imagegen/workflow/work_services.hpp>

#include <functional>
#include <map>
#include <stop_token>

namespace imagegen {

/// What the workflow works with; all of it must outlive the calls.
struct HeroServices : WorkServices {
  std::reference_wrapper<EventSink> events;  ///< Not a plain reference: a job puts one of its own into a copy.
};

/// Under which job the ledger books what a call buys, and how the job learns of it.
struct HeroBooking {
  std::string job_id;  ///< Empty: hero_job_id() of the work item.
  int attempt = 0;     ///< Of the job.
  std::string user;    ///< Whose budget it counts against; may be empty.
  /// Names one wish for fresh masters: a call that repeats it goes on with what the first bought. Empty: every call is
  /// a wish of its own. 1..64 of A-Z a-z 0-9.
  std::string fresh;
  /// Writes down what was done for a shot; an error ends the shot, before anything more is done for it. May be empty.
  std::function<Task<Result<void>>(JobNote)> note;
  /// Asked right before each purchase; an error ends the shot, and nothing is bought. May be empty.
  std::function<Task<Result<void>>()> may_buy = {};
  /// The master of each shot, as it was ordered. A shot that is not in it is planned now, and the budgets alone count.
  std::map<std::string, ApprovedPicture, std::less<>> approved = {};
};

/// Something that has just been done.
struct HeroProgress {
  /// `planned` comes first, once nothing stands in the way; `have_master` also tells of one that was kept.
  enum class Kind : std::uint8_t { planned, buying_master, have_master, file_done, shot_failed } kind{};
  std::string shot_id;         ///< Empty for planned.
  std::string filename;        ///< For file_done.
  std::size_t files_done = 0;  ///< Made, skipped or failed so far.
  std::size_t files_total = 0;  ///< Of the whole call.
  Usd spent = {};               ///< By the call so far, as it was estimated.
};

/// What the files say about where they come from.
using HeroProvenance = ProvenanceWish;

/// How heroes are made and bought.
struct HeroOptions {
  std::string prompt_template;                        ///< Empty: default_hero_template().
  std::size_t max_concurrent_shots = 4;               ///< 1..64
  std::chrono::milliseconds master_timeout{600'000};  ///< For one master, retries included.
  std::optional<Usd> budget;                          ///< The estimate of all masters must fit, else nothing is bought.
  bool allow_unknown_price = false;                   ///< Under a budget: buy also what has no price.
  bool fresh_masters = false;                         ///< Buy new masters in place of kept ones; implies overwrite.
  ImageLimits limits;                                 ///< For the masters.
  HeroProvenance provenance = HeroProvenance::source;  ///< Written into each file.
  std::stop_token stop_buying;      ///< Once requested, no further purchase begins; what runs is finished.
  Budgets budgets = {};             ///< What may be spent in all, over all calls; `budget` is for one call.
  bool again_when_unknown = false;  ///< See PurchaseOrder.
  HeroBooking booking = {};         ///< Under which job it is booked.
  std::vector<ProviderModel> route = {};  ///< Who is asked for masters; empty: the first provider.
};

/// The job of a work item: "heroes-" and 32 hexadecimal digits.
std::string hero_job_id(std::string_view work_item_id);

/// Checks the whole of a call and plans it: no store is asked, nothing is bought. \return The plan, or all that is
/// wrong with options, pack and request.
std::variant<HeroPlan, std::vector<FieldFault>> plan_heroes(const HeroServices& services, const HeroOptions& options,
                                                            const LifestylePack& pack, const HeroRequest& request);

/// Told of each step; must return quickly.
using HeroProgressFn = std::function<void(const HeroProgress&)>;

/// Makes the lifestyle heroes of one work item: plans, asks the store what exists, prices the rest, buys one master a
/// shot, cuts and stores every row, and emits one event. Runs on the awaiting coroutine's executor, which must be one
/// thread or a strand; pixels are worked on the pool. The arguments are kept by the call.
///
/// A master is bought once for all calls that book under one job: where an earlier one was interrupted, this one goes
/// on. Two calls for one job at a time are for the caller to prevent, as a job's lease does; no master is bought twice
/// by them, but a shot may fail as OUTCOME_UNKNOWN.
///
/// Cancelling it stops purchases that have not begun; shots that did not end are in `failed` as CANCELLED.
/// \param progress Called on the same executor; may be empty.
Task<HeroOutcome> run_heroes(HeroServices services, HeroOptions options, std::string work_item_id, LifestylePack pack,
                             HeroRequest request, HeroProgressFn progress = {});

}  // namespace imagegen
