#pragma once
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <string>
#include <vector>

#include "workflow/image_job/have_master.hpp"
#include "workflow/image_job/image_job.hpp"

// What one call of run_heroes() knows while it runs. Touched on one executor only, so without locks.
namespace imagegen::heroes {

enum class RowState : std::uint8_t { pending, generated, skipped, failed };

struct RowWork {
  const ExportRow* row;
  RowState state = RowState::pending;
  HeroOutput output;  // for generated
  Error error;        // for failed
};

struct ShotWork {
  const HeroShotPlan* plan;
  std::vector<RowWork> rows;
  HeroShotReport report;
  std::vector<HeroFailure> failures;  // of the shot as a whole
  bool failed_as_a_whole = false;
  bool is_booked = false;  // an earlier call has bought its master, or begun to

  bool has_work() const {
    for (const auto& row : rows) {
      if (row.state == RowState::pending) return !failed_as_a_whole;
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
  Usd spent = {};  // as it was estimated, for who is told of the progress

  std::string job_id;
  std::string fresh;  // names the wish for fresh masters; empty for none

  void tell(HeroProgress::Kind kind, const ShotWork& shot, const std::string& filename = {}) const;
  void tell_planned() const;
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

// The shot as a slot of the image job, without its files.
ImageSlot slot_for(const Work& work, const ShotWork& shot);

// Has each shot's master, buying it if need be, and makes its files.
Task<void> produce(Work& work);

// Shots that a cancellation kept from being made.
void fail_unfinished(Work& work);

}  // namespace imagegen::heroes
