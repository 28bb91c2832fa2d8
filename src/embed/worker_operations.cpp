#include <imagegen/job/job.hpp>

#include "embed/operation_table.hpp"

namespace imagegen {
namespace worker_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

struct RunRequest {
  std::optional<std::int64_t> concurrency;
  bool until_idle = false;
};

RunRequest read_run(ObjectReader& root) {
  return {root.integer("concurrency", 1, 100'000, Need::optional), root.flag("untilIdle", false)};
}

// How the jobs ended that one call has done; those that went back into the queue are no part of it.
struct Tally {
  std::size_t succeeded = 0, partly_succeeded = 0, failed = 0, cancelled = 0;

  void count(JobState state) {
    if (state == JobState::succeeded) ++succeeded;
    if (state == JobState::partly_succeeded) ++partly_succeeded;
    if (state == JobState::failed) ++failed;
    if (state == JobState::cancelled) ++cancelled;
  }
  js::object to_object(bool drained) const {
    return {{"drained", drained},
            {"jobs", succeeded + partly_succeeded + failed + cancelled},
            {"succeeded", succeeded},
            {"partlySucceeded", partly_succeeded},
            {"failed", failed},
            {"cancelled", cancelled}};
  }
};

js::object progress_of(std::string_view stage, const Job& job) {
  return {{"stage", stage},         {"jobId", job.id},         {"kind", job.kind},
          {"state", to_string(job.state)}, {"attempt", job.attempt}, {"error", job.error}};
}

// All of it is told on the I/O thread, as progress is.
WorkerOptions told(WorkerOptions options, OperationContext& context, Tally& tally) {
  options.on_written = [&context, &tally](const Job& job) {
    tally.count(job.state);
    context.progress(progress_of("written", job));
  };
  options.on_not_done = [&context](const Job& job) { context.progress(progress_of("notDone", job)); };
  options.on_word = [&context, also = std::move(options.on_word)](const std::string& word) {
    context.progress({{"stage", "word"}, {"text", word}});
    if (also) also(word);
  };
  return options;
}

Task<OperationOutcome> run(OperationContext& context, js::object request) {
  const auto read = read_request(request, read_run);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto& wanted = std::get<RunRequest>(read);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  Tally tally;
  auto options = told(runtime_of(context).config().worker, context, tally);
  if (wanted.concurrency) options.concurrency = static_cast<std::size_t>(*wanted.concurrency);
  options.until_idle = wanted.until_idle;
  context.progress({{"stage", "working"}, {"state", (*state)->description}, {"concurrency", options.concurrency}});
  WorkerStop stop{context.drain, context.stop};
  const auto worked = co_await runtime_of(context).working(std::move(options), std::move(stop));
  if (!worked) co_return to_failure(worked.error());
  if (context.stop.stop_requested()) co_return to_failure(Error{Errc::cancelled, "the worker was stopped"});
  co_return answer(tally.to_object(context.drain.stop_requested()));
}

constexpr Operation kOperations[] = {
    {{"worker.run", "Does queued jobs of every kind, until it is drained or cancelled, or nothing is left.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"concurrency": {"type": "integer", "minimum": 1, "maximum": 100000},
            "untilIdle": {"type": "boolean", "default": false}}})",
      R"({"type": "object", "required": ["drained", "jobs", "succeeded", "partlySucceeded", "failed", "cancelled"],
          "properties": {"drained": {"type": "boolean"},
            "jobs": {"type": "integer", "description": "that ended here: the sum of those that follow"},
            "succeeded": {"type": "integer"}, "partlySucceeded": {"type": "integer"}, "failed": {"type": "integer"},
            "cancelled": {"type": "integer"}}})"},
     run,
     true,
     true,
     true},
};

}  // namespace
}  // namespace worker_operation

std::span<const Operation> worker_operations() {
  return worker_operation::kOperations;
}

}  // namespace imagegen
