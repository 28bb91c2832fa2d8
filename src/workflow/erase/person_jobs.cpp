#include "workflow/erase/person_jobs.hpp"

#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "json/object_reader.hpp"
#include "workflow/erase/named_objects.hpp"

namespace imagegen::erasure {
namespace {

constexpr int kJobsAtATime = 20;  // their inputs may be large
constexpr std::size_t kMostNamed = 5, kLargestInput = 8U << 20U;
constexpr std::chrono::milliseconds kBetweenLooks{200};

std::vector<JobQuery> queries_for(const std::vector<PersonalData>& data, const Person& person,
                                  std::optional<JobState> state) {
  JobQuery query;
  query.state = state, query.limit = kJobsAtATime;
  std::vector<JobQuery> queries;
  if (person.kind == Person::Kind::user) {
    query.owner = person.id;
    queries.push_back(query);
    return queries;
  }
  for (const PersonalData& one : data) {
    for (const PersonalJobs& jobs : one.jobs) {
      if (jobs.character.empty()) continue;
      query.kind = std::string(jobs.kind);
      queries.push_back(query);
    }
  }
  return queries;
}

bool is_of(const Job& job, const std::vector<PersonalData>& data, const Person& person) {
  if (is_erased(job)) return false;
  if (person.kind == Person::Kind::user) return job.owner == person.id;
  const auto* declared = declared_jobs(data, job.kind);
  const auto input = json::parse(job.input, kLargestInput);
  if (declared == nullptr || !input) return false;
  const auto ids = texts_at(*input, declared->character);
  return std::find(ids.begin(), ids.end(), person.id) != ids.end();
}

// Those that wait are cancelled by this, those that run are asked to stop.
Result<void> cancel_all(EraseServices& services, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto done = services.jobs.cancel(id, to_timestamp(services.clock.wall_now()));
    const bool has_ended_already = !done && done.error().code == Errc::conflict;
    if (!done && !has_ended_already) return done.error();
  }
  return {};
}

// Who claims a job that was asked to stop and whose lease is over ends it by that.
Result<void> end_lost(EraseServices& services, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto job = services.jobs.find(id);
    if (!job) return job.error();
    if (!*job || (*job)->state != JobState::running || !(*job)->cancel_requested) continue;
    JobClaimRequest request;
    request.worker = "erasure", request.kinds = {(*job)->kind}, request.only = {id};
    request.most_crashes = std::numeric_limits<int>::max();
    const auto now = to_timestamp(services.clock.wall_now());
    const auto claimed = services.jobs.claim(request, now);
    if (!claimed) return claimed.error();
    for (const Job& ours : *claimed) {  // somebody has queued it again meanwhile
      JobUpdate update;
      update.state = JobState::cancelled;
      if (const auto ended = services.jobs.update(claim_of(ours), update, now); !ended) return ended.error();
    }
  }
  return {};
}

Error still_run(const Person& person, const std::vector<std::string>& ids) {
  Error error(Errc::conflict, name_of(person) + ": " + list_of(ids) +
                                  " were asked to stop and still run; nothing was removed. Ask again when their workers "
                                  "have finished");
  error.retry = Retry::later;
  return error;
}

}  // namespace

const PersonalJobs* declared_jobs(const std::vector<PersonalData>& data, std::string_view kind) {
  for (const PersonalData& one : data)
    for (const PersonalJobs& jobs : one.jobs)
      if (jobs.kind == kind) return &jobs;
  return nullptr;
}

Task<Result<void>> each_job(EraseServices& services, const std::vector<PersonalData>& data, const Person& person,
                            std::optional<JobState> state, TakeJob take) {
  for (JobQuery query : queries_for(data, person, state)) {
    do {
      auto list = [&] { return services.jobs.list(query); };
      const auto page = co_await services.pool.run(list);
      if (!page) co_return page.error();
      for (const Job& job : page->jobs) {
        if (!is_of(job, data, person)) continue;
        const auto taken = co_await take(job);
        if (!taken) co_return taken;
      }
      query.after = page->next;
    } while (!query.after.empty());
  }
  co_return Result<void>();
}

Task<Result<std::vector<std::string>>> live_jobs(EraseServices& services, const std::vector<PersonalData>& data,
                                                 const Person& person) {
  std::set<std::string> ids;
  TakeJob take = [&ids](const Job& job) -> Task<Result<void>> {
    ids.insert(job.id);
    co_return Result<void>();
  };
  // Queued ones first: one that is begun between the two is found by the second.
  for (const auto state : {JobState::queued, JobState::running}) {
    const auto looked = co_await each_job(services, data, person, state, take);
    if (!looked) co_return looked.error();
  }
  co_return std::vector<std::string>(ids.begin(), ids.end());
}

Task<Result<int>> end_jobs(EraseServices& services, const std::vector<PersonalData>& data, const Person& person,
                           std::chrono::milliseconds patience) {
  const auto deadline = deadline_after(services.clock, patience);
  std::set<std::string> cancelled;
  for (;;) {
    const auto live = co_await live_jobs(services, data, person);
    if (!live) co_return live.error();
    if (live->empty()) co_return static_cast<int>(cancelled.size());
    auto end = [&]() -> Result<void> {
      const auto asked = cancel_all(services, *live);
      return asked ? end_lost(services, *live) : asked;
    };
    const auto ended = co_await services.pool.run(end);
    if (!ended) co_return ended.error();
    cancelled.insert(live->begin(), live->end());
    if (services.on_step) services.on_step("cancelled");
    const auto left = co_await live_jobs(services, data, person);
    if (!left) co_return left.error();
    if (left->empty()) continue;
    const auto slept = co_await sleep_for(services.clock, kBetweenLooks, deadline);
    if (!slept && slept.error().code == Errc::deadline_exceeded) co_return still_run(person, *left);
    if (!slept) co_return slept.error();
  }
}

std::string name_of(const Person& person) {
  return std::string(to_string(person.kind)) + " " + in_quotes(person.id);
}

std::string list_of(const std::vector<std::string>& job_ids) {
  std::string text = std::to_string(job_ids.size()) + (job_ids.size() == 1 ? " job (" : " jobs (");
  for (std::size_t i = 0; i < std::min(job_ids.size(), kMostNamed); ++i) text += (i > 0 ? ", " : "") + job_ids[i];
  return text + (job_ids.size() > kMostNamed ? ", ...)" : ")");
}

}  // namespace imagegen::erasure
