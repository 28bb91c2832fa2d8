#include <imagegen/job/job_changes.hpp>

#include "embed/job_json.hpp"
#include "embed/operation_table.hpp"

namespace imagegen {
namespace job_operation {
namespace {

namespace js = boost::json;
using json::ObjectReader;

Request<JobAddress> read_id(const js::object& request) {
  return read_job_address(request, "id");
}

Timestamp now(OperationContext& context) {
  return to_timestamp(runtime_of(context).clock().wall_now());
}

// Does `change` with the store on the pool, and answers with the job that it gives; it gets none but who may have it.
template <class Change>
Task<OperationOutcome> answer_with_job(OperationContext& context, const js::object& request, Change change) {
  const auto id = read_id(request);
  if (const auto* faults = faults_of(id)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&]() -> Result<js::object> {
    auto& jobs = *(*state)->jobs;
    auto found = find_job(jobs, std::get<JobAddress>(id));
    if (!found) return found.error();
    const auto changed = change(jobs, std::move(*found));
    if (!changed) return changed.error();
    return job_json(jobs, *changed);
  };
  auto job = co_await runtime_of(context).pool().run(work);
  if (!job) co_return to_failure(job.error());
  js::object result{{"job", std::move(*job)}};
  co_return answer(result);
}

Task<OperationOutcome> get(OperationContext& context, js::object request) {
  auto as_it_is = [](JobStore&, Job job) -> Result<Job> { return job; };
  co_return co_await answer_with_job(context, request, as_it_is);
}

Task<OperationOutcome> cancel(OperationContext& context, js::object request) {
  auto cancel = [&context](JobStore& jobs, const Job& job) { return jobs.cancel(job.id, now(context)); };
  co_return co_await answer_with_job(context, request, cancel);
}

Task<OperationOutcome> retry(OperationContext& context, js::object request) {
  auto retry = [&context](JobStore& jobs, const Job& job) { return jobs.retry(job.id, now(context)); };
  co_return co_await answer_with_job(context, request, retry);
}

Result<js::object> page_of(JobStore& store, const JobQuery& query) {
  const auto page = store.list(query);
  if (!page) return page.error();
  js::array jobs;
  for (const auto& job : page->jobs) jobs.push_back(job_json(store, job));
  return js::object{{"jobs", std::move(jobs)}, {"next", page->next}};
}

Task<OperationOutcome> list(OperationContext& context, js::object request) {
  const auto query = read_request(request, [](ObjectReader& root) {
    auto query = read_job_query(root);
    query.kind = optional_text(root, "kind");
    return query;
  });
  if (const auto* faults = faults_of(query)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return page_of(*(*state)->jobs, std::get<JobQuery>(query)); };
  const auto page = co_await runtime_of(context).pool().run(work);
  if (!page) co_return to_failure(page.error());
  co_return answer(*page);
}

struct History {
  Job job;
  std::vector<JobEvent> events;
};

Result<History> history_of(JobStore& jobs, const JobAddress& address) {
  auto job = find_job(jobs, address);
  if (!job) return job.error();
  auto events = jobs.events(address.id);
  if (!events) return events.error();
  return History{std::move(*job), std::move(*events)};
}

Task<OperationOutcome> events(OperationContext& context, js::object request) {
  const auto id = read_id(request);
  if (const auto* faults = faults_of(id)) co_return to_failure(*faults);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return history_of(*(*state)->jobs, std::get<JobAddress>(id)); };
  const auto history = co_await runtime_of(context).pool().run(work);
  if (!history) co_return to_failure(history.error());
  js::array list;
  for (const auto& event : history->events) list.push_back(event_json(event));
  const auto verified = verify_events(history->job, history->events);
  js::object result{{"events", std::move(list)}, {"intact", verified.has_value()}};
  if (!verified) result["fault"] = verified.error().message;
  co_return answer(result);
}

Task<OperationOutcome> replay(OperationContext& context, js::object request) {
  const auto id = read_id(request);
  if (const auto* faults = faults_of(id)) co_return to_failure(*faults);
  const auto& address = std::get<JobAddress>(id);
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto find = [&] { return find_job(*(*state)->jobs, address); };
  const auto job = co_await runtime_of(context).pool().run(find);
  if (!job) co_return to_failure(job.error());
  const auto replayed = co_await runtime_of(context).replay(address.id);
  if (!replayed) co_return to_failure(replayed.error());
  co_return OperationResult{to_json(*replayed)};
}

constexpr std::string_view kId = R"({"type": "object", "additionalProperties": false, "required": ["id"],
  "properties": {"id": {"type": "string", "minLength": 1},
    "owner": {"type": "string", "description": "in whose name; the jobs of others are not found then"}}})";
constexpr std::string_view kJob = R"({"type": "object", "required": ["job"], "properties": {"job": {"type": "object",
  "required": ["id", "kind", "state", "owner", "attempt", "input", "output", "created", "updated"]}}})";

constexpr Operation kOperations[] = {
    {{"jobs.get", "Shows a job of any kind.", kId, kJob}, get},
    {{"jobs.cancel", "Cancels a job that has not ended.", kId, kJob}, cancel},
    {{"jobs.retry", "Queues a job again that failed, was cancelled or partly succeeded.", kId, kJob}, retry},
    {{"jobs.list", "Lists jobs of all kinds, newest first.",
      R"({"type": "object", "additionalProperties": false,
          "properties": {"kind": {"type": "string"}, "owner": {"type": "string"}, "after": {"type": "string"},
            "state": {"enum": ["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"]},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000}}})",
      R"({"type": "object", "required": ["jobs", "next"],
          "properties": {"jobs": {"type": "array"}, "next": {"type": "string"}}})"},
     list},
    {{"jobs.events", "Tells what happened to a job, and whether the record was changed since.", kId,
      R"({"type": "object", "required": ["events", "intact"], "properties": {"events": {"type": "array"},
          "intact": {"type": "boolean"}, "fault": {"type": "string"}}})"},
     events},
    {{"jobs.replay", "Plans and renders a job again from its record, offline and free.", kId,
      R"({"type": "object", "required": ["jobId", "same", "files"], "properties": {"jobId": {"type": "string"},
          "same": {"type": "boolean"}, "files": {"type": "array"}}})"},
     replay},
};

}  // namespace
}  // namespace job_operation

std::span<const Operation> job_operations() {
  return job_operation::kOperations;
}

}  // namespace imagegen
