#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <algorithm>

#include "workflow/heroes/hero_work.hpp"
#include "workflow/image_job/image_job.hpp"

namespace imagegen::heroes {
namespace {

std::vector<std::size_t> rows_to_make(const ShotWork& shot) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < shot.rows.size(); ++i)
    if (shot.rows[i].state == RowState::pending) rows.push_back(i);
  return rows;
}

FilePlan file_of(const Work& work, const ShotWork& shot, const RowWork& row) {
  FilePlan file;
  file.key = row.row->filename;
  file.size = row.row->size, file.position = *row.row->position, file.encoding = row.row->encoding;
  file.replace = work.overwrite;
  file.record_place = row.row->filename.str();
  file.record_extra = {{"shot", shot.plan->shot_id}, {"sku", row.output.sku}, {"sizeLabel", row.output.size_label}};
  return file;
}

// The image job of the shots that have something to make.
class HeroProduction {
 public:
  explicit HeroProduction(Work& work) : work_(work) {
    for (ShotWork& shot : work.shots)
      if (shot.has_work()) shots_.push_back({&shot, rows_to_make(shot), 0});
  }

  Task<void> run() {
    auto making = run_image_job(work_.services, plan_of(), hooks_of());
    const auto outcome = co_await std::move(making);
    for (std::size_t i = 0; i < shots_.size(); ++i) take(*shots_[i].shot, shots_[i].rows, outcome.slots[i]);
  }

 private:
  struct Production {
    ShotWork* shot;
    std::vector<std::size_t> rows;  // of the shot: which of them each file is
    std::size_t done = 0;           // files that were made, or could not be
    bool buys = false;              // its master is being bought
  };

  ImageJobPlan plan_of() const {
    const HeroOptions& options = work_.options;
    ImageJobPlan plan;
    plan.job_id = work_.job_id, plan.owner = options.booking.user, plan.attempt = options.booking.attempt;
    plan.route = options.route;
    plan.budgets = options.budgets;
    plan.again_when_unknown = options.again_when_unknown;
    plan.timeout = options.master_timeout;
    plan.at_a_time = options.max_concurrent_shots;
    plan.notes_at_once = true;
    plan.publishes_unkept = true;  // the report says that the master was not kept
    plan.limits = options.limits;
    for (const Production& production : shots_) {
      auto slot = slot_for(work_, *production.shot);
      for (const auto row : production.rows)
        slot.publish.files.push_back(file_of(work_, *production.shot, production.shot->rows[row]));
      plan.slots.push_back(std::move(slot));
    }
    return plan;
  }

  ImageJobHooks hooks_of() {
    ImageJobHooks hooks;
    hooks.may_buy = [this]() -> Task<Result<void>> { co_return co_await may_buy(); };
    if (work_.options.booking.note)
      hooks.save = [this](JobUpdate update) -> Task<Result<void>> { co_return co_await save(std::move(update)); };
    hooks.progress = [this](ImageJobStep step, std::size_t slot, const ObjectKey* file) { tell(step, slot, file); };
    return hooks;
  }

  Task<Result<void>> may_buy() {
    if (work_.options.stop_buying.stop_requested())
      co_return Error{Errc::cancelled, "stopped before its master was bought"};
    if (work_.options.booking.may_buy) co_return co_await work_.options.booking.may_buy();
    co_return Result<void>();
  }

  Task<Result<void>> save(JobUpdate update) {
    for (JobNote& note : update.notes) {
      const auto noted = co_await work_.options.booking.note(std::move(note));
      if (!noted) co_return noted;
    }
    co_return Result<void>();
  }

  void tell(ImageJobStep step, std::size_t slot, const ObjectKey* file) {
    ShotWork& shot = *shots_[slot].shot;
    switch (step) {
      case ImageJobStep::buying:
        shots_[slot].buys = true;
        return work_.tell(HeroProgress::Kind::buying_master, shot);
      case ImageJobStep::have_master:
        if (shots_[slot].buys) work_.spent += shot.report.estimated.value_or(Usd());
        return work_.tell(HeroProgress::Kind::have_master, shot);
      case ImageJobStep::file_done:
        ++shots_[slot].done, ++work_.files_done;
        return work_.tell(HeroProgress::Kind::file_done, shot, file->str());
      case ImageJobStep::file_failed:
        ++shots_[slot].done, ++work_.files_done;
        return;
      case ImageJobStep::slot_failed:
        work_.files_done += shots_[slot].rows.size() - shots_[slot].done;
        return work_.tell(HeroProgress::Kind::shot_failed, shot);
    }
  }

  void take(ShotWork& shot, const std::vector<std::size_t>& rows, const SlotOutcome& outcome) const {
    for (std::size_t i = 0; i < outcome.files.size(); ++i) take(shot.rows[rows[i]], outcome.files[i]);
    report(shot, outcome);
    for (const SlotFailure& failure : outcome.failures) {
      const bool is_whole = failure.what.empty();
      shot.failures.push_back({shot.plan->shot_id, failure.what, failure.error, is_whole && may_be_spent(outcome, failure.error)});
    }
    shot.failed_as_a_whole = shot.failed_as_a_whole || outcome.has_failed;
  }

  static void take(RowWork& row, const FileOutcome& file) {
    if (file.made) {
      row.state = RowState::generated;
      row.output.crop = file.made->crop, row.output.upscaled = file.made->upscaled;
      row.output.size_bytes = file.made->size_bytes;
      row.output.sha256 = file.made->sha256, row.output.url = file.made->url;
    } else if (!file.error.message.empty()) {
      row.state = file.exists ? RowState::skipped : RowState::failed;
      row.error = file.error;
    }
  }

  static void report(ShotWork& shot, const SlotOutcome& outcome) {
    auto& report = shot.report;
    if (outcome.source == SlotOutcome::Source::none) return;
    report.master = outcome.source == SlotOutcome::Source::bought ? MasterSource::bought : MasterSource::kept;
    if (outcome.master_size != PixelSize{}) report.master_size = outcome.master_size;
    report.master_notes = outcome.master_notes;
    if (!outcome.answer.request_hash.empty()) report.adaptations = outcome.answer.adaptations;
    const bool is_told = outcome.answer.source == CostSource::usage || outcome.answer.source == CostSource::provider;
    if (report.master == MasterSource::bought && is_told) report.actual = outcome.cost;
  }

  // The ledger's word: an error that leaves nothing owed says so. What failed after a purchase was paid for.
  static bool may_be_spent(const SlotOutcome& outcome, const Error& error) {
    if (outcome.source == SlotOutcome::Source::bought) return true;
    return outcome.source == SlotOutcome::Source::none && billing_of(error) != Billing::no;
  }

  Work& work_;
  std::vector<Production> shots_;
};

}  // namespace

Task<void> produce(Work& work) {
  HeroProduction production(work);
  co_await production.run();
}

void fail_unfinished(Work& work) {
  for (auto& shot : work.shots) {
    if (shot.has_work()) work.fail_shot(shot, {Errc::cancelled, "cancelled before it was made"}, false);
  }
}

}  // namespace imagegen::heroes
