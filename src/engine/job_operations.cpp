#include <imagegen/maker/job/job_changes.hpp>

#include "engine/job_fields.hpp"
#include "engine/operation_table.hpp"

namespace imagegen {

static const json::Fields<ReplayedFile>& fields_of(const ReplayedFile*) {
  using json::field;
  static const auto& all = *new json::Fields<ReplayedFile>(
      "ReplayedFile",
      {field("name", &ReplayedFile::name), field("sameRequest", &ReplayedFile::same_request),
       field("sameFile", &ReplayedFile::same_file), field("recordedSha256", &ReplayedFile::recorded_sha256),
       field("replayedSha256", &ReplayedFile::replayed_sha256), field("fault", &ReplayedFile::fault)});
  return all;
}

static const json::Fields<Replay>& fields_of(const Replay*) {
  static const auto& all = *new json::Fields<Replay>(
      "Replay", {json::field("jobId", &Replay::job_id),
                 json::computed<Replay>("same", [](const Replay& replay) { return replay.same(); }),
                 json::field("files", &Replay::files)});
  return all;
}

namespace job_operation {
namespace {

using json::field;

struct OneJob {
  JobView job;
};

const json::Fields<OneJob>& fields_of(const OneJob*) {
  static const auto& all = *new json::Fields<OneJob>("", {field("job", &OneJob::job)});
  return all;
}

struct JobViewPage {
  std::vector<JobView> jobs;
  std::string next;
};

const json::Fields<JobViewPage>& fields_of(const JobViewPage*) {
  using P = JobViewPage;
  static const auto& all =
      *new json::Fields<P>("JobPage", {field("jobs", &P::jobs), field("next", &P::next, "empty: the last page")});
  return all;
}

struct History {
  Job job;
  std::vector<JobEvent> events;
  std::optional<std::string> fault;
};

const json::Fields<History>& fields_of(const History*) {
  static const auto& all = *new json::Fields<History>(
      "JobEvents",
      {field("events", &History::events),
       json::computed<History>(
           "intact", [](const History& history) { return !history.fault; }, "nobody has changed the record since"),
       field("fault", &History::fault)});
  return all;
}

struct ListRequest {
  JobQuery query;
  bool declined_since = false;
};

json::Fields<ListRequest> list_fields() {
  json::Fields<JobQuery> query("", {field("kind", &JobQuery::kind, "only jobs of this kind")});
  json::Fields<ListRequest> fields("", {});
  return fields.with(&ListRequest::query, query.also(job_query_fields()))
      .also({"",
             {field("declinedSince", &ListRequest::declined_since,
                    "also tell of each that is queued since when no worker could do it, which reads its events")}});
}

Timestamp now(OperationContext& context) {
  return to_timestamp(runtime_of(context).clock().wall_now());
}

// Does `change` with the store on the pool, and answers with the job that it gives; it gets none but who may have it.
template <class Change>
Task<Answer<OneJob>> answer_with_job(OperationContext& context, JobAddress address, Change change) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&]() -> Result<JobView> {
    auto& jobs = *(*state)->jobs;
    auto found = find_job(jobs, address);
    if (!found) return found.error();
    auto changed = change(jobs, std::move(*found));
    if (!changed) return changed.error();
    return job_view(jobs, std::move(*changed));
  };
  auto job = co_await runtime_of(context).pool().run(work);
  if (!job) co_return to_failure(job.error());
  Answered<OneJob> answer{{std::move(*job)}};
  co_return answer;
}

Task<Answer<OneJob>> get(OperationContext& context, JobAddress address) {
  auto as_it_is = [](JobStore&, Job job) -> Result<Job> { return job; };
  co_return co_await answer_with_job(context, std::move(address), as_it_is);
}

Task<Answer<OneJob>> cancel(OperationContext& context, JobAddress address) {
  auto cancel = [&context](JobStore& jobs, const Job& job) { return jobs.cancel(job.id, now(context)); };
  co_return co_await answer_with_job(context, std::move(address), cancel);
}

Task<Answer<OneJob>> retry(OperationContext& context, JobAddress address) {
  auto retry = [&context](JobStore& jobs, const Job& job) { return jobs.retry(job.id, now(context)); };
  co_return co_await answer_with_job(context, std::move(address), retry);
}

Result<JobViewPage> page_of(JobStore& store, const ListRequest& wanted) {
  auto page = store.list(wanted.query);
  if (!page) return page.error();
  JobViewPage view{{}, std::move(page->next)};
  for (auto& job : page->jobs)
    view.jobs.push_back(wanted.declined_since ? job_view(store, std::move(job)) : JobView{std::move(job), {}});
  return view;
}

Task<Answer<JobViewPage>> list(OperationContext& context, ListRequest wanted) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return page_of(*(*state)->jobs, wanted); };
  auto page = co_await runtime_of(context).pool().run(work);
  if (!page) co_return to_failure(page.error());
  Answered<JobViewPage> answer{std::move(*page)};
  co_return answer;
}

Result<History> history_of(JobStore& jobs, const JobAddress& address) {
  auto job = find_job(jobs, address);
  if (!job) return job.error();
  auto events = jobs.events(address.id);
  if (!events) return events.error();
  History history{std::move(*job), std::move(*events), std::nullopt};
  const auto verified = verify_events(history.job, history.events);
  if (!verified) history.fault = verified.error().message;
  return history;
}

Task<Answer<History>> events(OperationContext& context, JobAddress address) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto work = [&] { return history_of(*(*state)->jobs, address); };
  auto history = co_await runtime_of(context).pool().run(work);
  if (!history) co_return to_failure(history.error());
  Answered<History> answer{std::move(*history)};
  co_return answer;
}

Task<Answer<Replay>> replay(OperationContext& context, JobAddress address) {
  const auto state = co_await state_of(context);
  if (!state) co_return to_failure(state.error());
  auto find = [&] { return find_job(*(*state)->jobs, address); };
  const auto job = co_await runtime_of(context).pool().run(find);
  if (!job) co_return to_failure(job.error());
  auto replayed = co_await runtime_of(context).replay(address.id);
  if (!replayed) co_return to_failure(replayed.error());
  Answered<Replay> answer{std::move(*replayed)};
  co_return answer;
}

// What is done with one job.
template <class R>
Operation of_a_job(std::string_view name, std::string_view summary,
                   Task<Answer<R>> (*run)(OperationContext&, JobAddress), std::string_view gives = "") {
  return operation({.name = name, .summary = summary, .subject = "id", .gives = gives}, job_address_fields("id"),
                   json::fields_of_type<R>(), run);
}

std::vector<Operation> all_operations() {
  return {
      of_a_job("jobs.get", "Shows a job of any kind.", get, "job"),
      of_a_job("jobs.cancel", "Cancels a job that has not ended.", cancel, "job"),
      of_a_job("jobs.retry", "Queues a job again that failed, was cancelled or partly succeeded.", retry, "job"),
      operation({.name = "jobs.list", .summary = "Lists jobs of all kinds, newest first."}, list_fields(),
                json::fields_of_type<JobViewPage>(), list),
      of_a_job("jobs.events", "Tells what happened to a job, and whether the record was changed since.", events),
      of_a_job("jobs.replay", "Plans and renders a job again from its record, offline and free.", replay),
  };
}

}  // namespace
}  // namespace job_operation

std::span<const Operation> job_operations() {
  static const auto& all = *new std::vector<Operation>(job_operation::all_operations());
  return all;
}

}  // namespace imagegen
