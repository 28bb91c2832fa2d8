#include "runtime/doctor_state.hpp"

#include <imagegen/maker/job/job_changes.hpp>

#include <sstream>

namespace imagegen {
namespace {

using Verdict = Finding::Verdict;

std::string said(const Error& error) {
  std::ostringstream out;
  out << error;
  return out.str();
}

// None yet is no fault, and an older one is brought up by who works with it.
Finding without_state(const Error& why) {
  const bool is_older = why.code == Errc::unsupported && why.retry == Retry::later;
  if (why.code != Errc::not_found && !is_older) return {Verdict::broken, "state", said(why)};
  return {Verdict::warning, "state", why.message + (is_older ? "" : "; the first job or worker makes it")};
}

Finding whole_state(const State& state) {
  const auto looked = state.examine ? state.examine() : Result<void>();
  if (!looked) return {Verdict::broken, "state", said(looked.error())};
  if (!state.examine) return {Verdict::good, "state", state.description + ": nothing is kept when the process ends"};
  return {Verdict::good, "state", state.description + ": is whole, and can be read and written"};
}

std::vector<Finding> record_findings(const State& state) {
  const auto remarks = state.remarks ? state.remarks() : std::vector<std::string>();
  if (!remarks) return {{Verdict::broken, "records", said(remarks.error())}};
  std::vector<Finding> findings;
  for (const std::string& remark : *remarks) findings.push_back({Verdict::warning, "records", remark});
  return findings;
}

Finding spool_finding(Spool& spool) {
  SpoolQuery query;
  query.limit = 1000;
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  std::vector<std::string> damaged;
  std::optional<SpoolEntry> oldest;
  do {
    auto page = spool.list(query);
    if (!page) return {Verdict::broken, "spool", said(page.error())};
    for (const SpoolEntry& entry : page->pictures) ++count, bytes += entry.size_bytes;
    if (!oldest && !page->pictures.empty()) oldest = page->pictures.front();
    damaged.insert(damaged.end(), page->damaged.begin(), page->damaged.end());
    query.after = page->next;
  } while (!query.after.empty());
  std::string text = spool.description() + ": " + (count == 0 ? "nothing waits" : std::to_string(count) + (count == 1 ? " paid picture" : " paid pictures"));
  if (oldest)
    text += " of " + std::to_string(bytes) + " bytes; the oldest waits for the store since " +
            to_rfc3339(oldest->spooled) + " (" + oldest->purchase_id + "): start a worker once the store works";
  for (const std::string& one : damaged) text += "; " + one;
  return {!damaged.empty() ? Verdict::broken : count > 0 ? Verdict::warning : Verdict::good, "spool", text};
}

// Of the newest that are queued: the reason stands in the job, since when in its events.
Finding declined_finding(JobStore& jobs) {
  constexpr int kMostLookedAt = 200;
  JobQuery query;
  query.state = JobState::queued, query.limit = kMostLookedAt;
  const auto page = jobs.list(query);
  if (!page) return {Verdict::broken, "jobs", said(page.error())};
  std::size_t count = 0;
  std::string first;
  for (const Job& job : page->jobs) {
    if (job.error.empty()) continue;
    const auto events = jobs.events(job.id);
    const auto since = events ? declined_since(*events) : std::nullopt;
    if (!since) continue;
    ++count;
    first = job.id + " since " + to_rfc3339(*since) + ": " + job.error;
  }
  if (count == 0) return {Verdict::good, "jobs", "none waits for a worker that is configured otherwise"};
  return {Verdict::warning, "jobs",
          std::to_string(count) + (count == 1 ? " job waits" : " jobs wait") +
              " for a worker that can do what was ordered, such as " + first};
}

}  // namespace

std::vector<Finding> state_findings(Runtime& runtime) {
  const auto state = runtime.state_to_look_at();
  if (!state) return {without_state(state.error())};
  std::vector<Finding> findings = {whole_state(**state)};
  if (findings.front().verdict == Verdict::broken) return findings;
  for (auto& found : record_findings(**state)) findings.push_back(std::move(found));
  if (auto* spool = runtime.spool(**state)) findings.push_back(spool_finding(*spool));
  findings.push_back(declined_finding(*(*state)->jobs));
  return findings;
}

}  // namespace imagegen
