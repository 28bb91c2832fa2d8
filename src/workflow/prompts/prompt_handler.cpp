#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <utility>
#include <variant>

#include "json/write.hpp"
#include "workflow/image_job/image_job.hpp"
#include "workflow/prompts/prompt_event.hpp"
#include "workflow/prompts/prompt_request.hpp"
#include "workflow/recorded_job.hpp"
#include "workflow/seed.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

// What is kept or can be taken up again costs nothing to try again; what is unknown is not bought again by that either.
bool may_go_better(const Error& error) {
  switch (error.code) {
    case Errc::unavailable:
    case Errc::rate_limited:
    case Errc::deadline_exceeded:
    case Errc::storage_failed:
      return true;
    default:
      return error.retry == Retry::later;
  }
}

class PromptRun {
 public:
  PromptRun(PromptServices& services, PromptOptions& options, Places& places, JobRun& run)
      : services_(services), options_(options), run_(run) {
    services_.places = &places;
  }

  Task<JobResult> work() {
    auto begun = begin();
    if (auto* refused = std::get_if<JobResult>(&begun)) co_return std::move(*refused);
    const auto outcome = co_await std::get<Task<ImageJobOutcome>>(std::move(begun));
    co_return result_of(outcome);
  }

 private:
  // Apart, so that nothing of what the job is read from is in memory while its pictures are waited for.
  std::variant<JobResult, Task<ImageJobOutcome>> begin() {
    auto read = read_prompt_job(run_.job());
    if (!read) return failed(read.error());
    job_ = std::move(*read);
    if (to_hex(sha256(job_.request.final_prompt)) != job_.final_prompt_sha256)
      return failed({Errc::corrupt_data, "the prompt is not the one that was approved: its SHA-256 differs"});
    if (auto why = why_not(job_.route, services_.providers); !why.empty()) return declined(std::move(why));
    const auto chosen = choose(services_.providers, route().empty() ? ProviderModel() : route().front());
    if (!chosen) return failed(chosen.error());
    return run_image_job(services_, plan_of(*chosen), hooks_of());
  }

  static JobResult failed(const Error& error) {
    JobResult result;
    result.state = error.code == Errc::cancelled ? JobState::cancelled : JobState::failed;
    result.error = std::string(to_string(error.code)) + ": " + error.message;
    if (may_go_better(error))
      result.again_after = std::min<std::chrono::milliseconds>(error.retry_after.value_or(std::chrono::milliseconds(0)),
                                                               kLongestRetryAfter);
    return result;
  }

  static JobResult declined(std::string why) {
    JobResult result;
    result.state = JobState::failed;
    result.error = std::move(why);
    result.declined = true;  // another worker may be able to
    return result;
  }

  const std::vector<ProviderModel>& route() const { return job_.route.empty() ? options_.route : job_.route; }

  // One picture after the other, and none after one that failed.
  ImageJobPlan plan_of(const ChosenModel& chosen) {
    ImageJobPlan plan;
    plan.job_id = run_.job().id, plan.owner = run_.job().owner, plan.attempt = run_.job().attempt;
    plan.route = route();
    plan.budgets = options_.budgets;
    plan.again_when_unknown = options_.again_when_unknown;
    plan.timeout = options_.image_timeout;
    plan.on_failure = FailurePolicy::stop;
    plan.limits = options_.limits;
    for (int slot = 0; slot < job_.request.image_count; ++slot) {
      if (job_.has(slot)) continue;
      plan.slots.push_back(slot_for(slot, chosen));
      slots_.push_back(slot);
    }
    return plan;
  }

  ImageSlot slot_for(int slot, const ChosenModel& chosen) const {
    const auto number = std::to_string(slot);
    auto request = prompt_image_request(chosen, options_, job_.request.final_prompt);
    // Each picture of a job has a seed of its own, which a repetition finds again.
    request.seed = seed_from(*chosen.model, run_.job().id + "/" + number);
    if (job_.approved) request.size = job_.approved->size;
    ImageSlot made{number, {{"slot", slot}, {"approvedPromptSha256", job_.final_prompt_sha256}}, std::move(request), {},
                   prompt_master_key(run_.job().id, slot)};
    made.approved = job_.approved;
    // Under the hash of its content, so that a URL never changes its picture.
    FilePlan file;
    file.encoding = options_.encoding;
    file.cache_control = kForEver;
    file.record_place = number;
    file.record_extra = {{"slot", slot}};
    made.publish.files.push_back(std::move(file));
    return made;
  }

  ImageJobHooks hooks_of() {
    ImageJobHooks hooks;
    hooks.save = [this](JobUpdate update) -> Task<Result<void>> { co_return co_await run_.save(std::move(update)); };
    hooks.may_buy = [this]() -> Task<Result<void>> { co_return co_await run_.may_buy(); };
    hooks.on_slot = [this](std::size_t index, const SlotOutcome& outcome) { return finished(slots_[index], outcome); };
    return hooks;
  }

  // The file is stored and recorded before the job speaks of it; a repetition finds both.
  JobUpdate finished(int slot, const SlotOutcome& outcome) {
    JobUpdate update;
    if (outcome.files.empty() || !outcome.files.front().made) return update;
    const PublishedFile& file = *outcome.files.front().made;
    PromptImage image{slot, file.url, file.key.str(), file.sha256, outcome.purchase_id, {}};
    const auto& revised = outcome.answer.revised_prompt;
    if (revised != job_.request.final_prompt) image.revised_prompt = revised;
    if (!image.revised_prompt.empty())
      update.notes.push_back({"prompt_revised", json::write(js::object{{"slot", slot},
                                                                       {"by", outcome.answer.provider},
                                                                       {"revisedPrompt", image.revised_prompt}})});
    job_.images.push_back(std::move(image));
    update.output = prompt_job_output(job_.images);
    return update;
  }

  JobResult result_of(const ImageJobOutcome& outcome) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const auto name = "image " + std::to_string(slots_[i] + 1);
      if (const auto why = why_not_made(outcome.slots[i])) return failed(in_context(*why, name));
      if (!job_.has(slots_[i])) return failed({Errc::cancelled, "stopped before " + name});
    }
    return {};
  }

  static std::optional<Error> why_not_made(const SlotOutcome& outcome) {
    if (!outcome.failures.empty()) return outcome.failures.front().error;
    if (!outcome.files.empty() && !outcome.files.front().made) return outcome.files.front().error;
    return std::nullopt;
  }

  PromptServices& services_;
  PromptOptions& options_;
  JobRun& run_;
  PromptJob job_;
  std::vector<int> slots_;  // of the job: which of them each slot of the plan is
};

}  // namespace

JobHandler prompt_job_handler(PromptServices services, PromptOptions options) {
  const auto places = std::make_shared<Places>(options.pictures_at_a_time);
  return [services, options, places](JobRun& job) mutable -> Task<JobResult> {
    PromptRun run(services, options, *places, job);
    const auto begun = services.clock.now();
    auto result = co_await run.work();
    PromptEnd end{
        result.state, std::chrono::duration_cast<std::chrono::milliseconds>(services.clock.now() - begun), {}};
    // As the worker will write it.
    const bool cancelled = co_await is_cancelled();
    if (cancelled && end.state == JobState::failed) end.state = JobState::cancelled;
    result.announcements = co_await announce_end(services, job.job(), end);
    co_return result;
  };
}

}  // namespace imagegen
