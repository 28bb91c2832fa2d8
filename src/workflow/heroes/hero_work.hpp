#pragma once
#include <imagegen/workflow/heroes/hero_workflow.hpp>

#include <string>
#include <vector>

#include "workflow/master_vault.hpp"

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

// Has each shot's master, buying it if need be, and makes its files.
Task<void> produce(Work& work);

// Shots that a cancellation kept from being made.
void fail_unfinished(Work& work);

}  // namespace imagegen::heroes
