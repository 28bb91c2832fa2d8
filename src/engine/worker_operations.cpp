#include <imagegen/job/job.hpp>

#include "engine/operation_table.hpp"

namespace imagegen {
namespace worker_operation {
namespace {

using json::field;

struct RunRequest {
  std::optional<std::size_t> concurrency;
  bool until_idle = false;
};

const json::Fields<RunRequest>& fields_of(const RunRequest*) {
  static const auto& all = *new json::Fields<RunRequest>(
      "",
      {field("concurrency", &RunRequest::concurrency, "jobs at a time; 4 unless it is configured").range(1, 100'000),
       field("untilIdle", &RunRequest::until_idle, "end when nothing is left to do")});
  return all;
}

// How the jobs ended that one call has done; those that went back into the queue are no part of it.
struct Tally {
  bool drained = false;
  std::size_t succeeded = 0, partly_succeeded = 0, failed = 0, cancelled = 0;

  void count(JobState state) {
    if (state == JobState::succeeded) ++succeeded;
    if (state == JobState::partly_succeeded) ++partly_succeeded;
    if (state == JobState::failed) ++failed;
    if (state == JobState::cancelled) ++cancelled;
  }
  std::size_t jobs() const { return succeeded + partly_succeeded + failed + cancelled; }
};

const json::Fields<Tally>& fields_of(const Tally*) {
  using T = Tally;
  static const auto& all = *new json::Fields<T>(
      "WorkerResult",
      {field("drained", &T::drained),
       json::computed<T>(
           "jobs", [](const T& tally) { return tally.jobs(); }, "that ended here: the sum of those that follow"),
       field("succeeded", &T::succeeded), field("partlySucceeded", &T::partly_succeeded), field("failed", &T::failed),
       field("cancelled", &T::cancelled)});
  return all;
}

// What a worker is at: of a job that it has written or not done, a word, or with what it has begun.
struct Progress {
  std::string stage;
  const Job* job = nullptr;
  std::optional<std::string> text = {}, database = {};
  std::optional<std::size_t> concurrency = {};
};

// Of the job, where there is one.
template <class M>
json::Field<Progress> of_job(std::string_view name, M Job::*member) {
  const auto get = [member](const Progress& progress) {
    return progress.job == nullptr ? std::nullopt : std::optional(progress.job->*member);
  };
  return json::computed<Progress>(name, get);
}

const json::Fields<Progress>& fields_of(const Progress*) {
  using P = Progress;
  static const auto& all = *new json::Fields<P>(
      "WorkerProgress",
      {json::field("stage", &P::stage, "working, written, notDone or word"), of_job("jobId", &Job::id),
       of_job("kind", &Job::kind), of_job("state", &Job::state), of_job("attempt", &Job::attempt),
       of_job("error", &Job::error), json::field("text", &P::text, "the word, for people"),
       json::field("database", &P::database, "of working: where the jobs are"),
       json::field("concurrency", &P::concurrency, "of working")});
  return all;
}

void tell(OperationContext& context, const Progress& progress) {
  context.progress(fields_of(&progress).write(progress));
}

// All of it is told on the I/O thread, as progress is.
WorkerOptions told(WorkerOptions options, OperationContext& context, Tally& tally) {
  options.on_written = [&context, &tally](const Job& job) {
    tally.count(job.state);
    tell(context, {.stage = "written", .job = &job});
  };
  options.on_not_done = [&context](const Job& job) { tell(context, {.stage = "notDone", .job = &job}); };
  options.on_word = [&context, also = std::move(options.on_word)](const std::string& word) {
    tell(context, {.stage = "word", .text = word});
    if (also) also(word);
  };
  return options;
}

Task<Answer<Tally>> run(OperationContext& context, RunRequest wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  Answered<Tally> answer;
  auto options = told(runtime_of(context).config().worker, context, answer.result);
  options.concurrency = wanted.concurrency.value_or(options.concurrency);
  options.until_idle = wanted.until_idle;
  tell(context, {.stage = "working", .database = (*state)->description, .concurrency = options.concurrency});
  WorkerStop stop{context.drain, context.stop};
  const auto worked = co_await runtime_of(context).working(std::move(options), std::move(stop));
  if (!worked) co_return to_failure(worked.error());
  if (context.stop.stop_requested()) co_return to_failure(Error{Errc::cancelled, "the worker was stopped"});
  answer.result.drained = context.drain.stop_requested();
  co_return answer;
}

Operation worker_run() {
  auto made =
      operation({.name = "worker.run",
                 .summary = "Does queued jobs of every kind, until it is drained or cancelled, or nothing is left.",
                 .drains = true,
                 .may_buy = true},
                run);
  made.description.progress_schema = json::write(json::fields_of_type<Progress>().schema(json::Use::result));
  made.ends_by_stop_token = true;
  return made;
}

}  // namespace
}  // namespace worker_operation

std::span<const Operation> worker_operations() {
  static const auto& all = *new std::vector<Operation>{worker_operation::worker_run()};
  return all;
}

}  // namespace imagegen
