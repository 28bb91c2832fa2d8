#pragma once
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "workflow/image_job/have_master.hpp"
#include "workflow/image_job/master_vault.hpp"

// What one call of run_heroes() knows while it runs. Touched on one executor only, so without locks.
namespace imagegen::heroes {

enum class RowState : std::uint8_t { todo, generated, skipped, failed };

struct RowWork {
  const ExportRow* row;
  RowState state = RowState::todo;
  HeroOutput output;  // for generated
  Error error;        // for failed
};

struct ShotWork {
  const HeroShotPlan* plan;
  std::vector<RowWork> rows;
  HeroShotReport report;
  std::vector<HeroFailure> failures;  // of the shot as a whole
  bool failed_as_a_whole = false;
  bool is_booked = false;       // an earlier call has bought its master, or begun to
  std::shared_ptr<void> place = {};  // among the masters that are in memory
  bool has_fresh = false;       // its master is a fresh one, still beside the one before
  MasterAnswer answer = {};     // who made its master, as it was bought

  bool has_work() const {
    for (const auto& row : rows) {
      if (row.state == RowState::todo) return !failed_as_a_whole;
    }
    return false;
  }
};

struct Work {
  HeroServices services;
  const HeroOptions& options;
  const HeroRequest& request;
  const HeroProgressFn& progress;
  bool overwrite;
  std::vector<ShotWork> shots;
  std::size_t files_total = 0, files_done = 0;

  std::string job_id;
  std::string fresh;  // names the wish for fresh masters; empty for none

  MasterVault vault() const { return MasterVault(services.store); }
  void tell(HeroProgress::Kind kind, const ShotWork& shot, const std::string& filename = {}) const;
  void fail_shot(ShotWork& shot, Error error, bool maybe_spent);
};

// Asks the store which files and which masters are there already.
Task<void> survey(Work& work);

// The price of what the survey left to buy.
HeroCost price(Work& work);

// Describes what would be made, for a dry run.
void plan_outputs(Work& work);

// Which purchase of the job is the shot's master.
std::string slot_of(const Work& work, const HeroShotPlan& plan);

// Whether the shot's master is in the store, or has been paid for.
Task<Result<void>> look_for_master(Work& work, ShotWork& shot);

// The shot's master: the one that is kept, or one that is bought now.
Task<Result<Master>> have_master(Work& work, ShotWork& shot);

// Puts a fresh master that has proved usable in the place of the one before; a failure is the shot's.
Task<void> take_fresh(Work& work, ShotWork& shot, const Bytes& file);

// Puts a master that cannot be used aside, so that another may be bought. Returns what to tell of it.
Task<Error> reject_master(Work& work, ShotWork& shot, Master master, Error why);

// Tells the job what was done for a shot.
Task<Result<void>> note(Work& work, std::string name, boost::json::object detail);

// Has each shot's master, buying it if need be, and makes its files.
Task<void> produce(Work& work);

// Shots that a cancellation kept from being made.
void fail_unfinished(Work& work);

}  // namespace imagegen::heroes
