#include "embed/job_json.hpp"

#include <imagegen/job/job_changes.hpp>

#include <boost/json/parse.hpp>

namespace imagegen {
namespace job_document {
namespace {

namespace js = boost::json;

// JSON of a workflow as it is, so that it can be read on; null where there is none.
js::value document(const std::string& text) {
  boost::system::error_code failed;
  auto value = js::parse(text, failed);
  return failed ? js::value(nullptr) : value;
}

// Its error says why.
js::value declined_since_of(JobStore& jobs, const Job& job) {
  if (job.state != JobState::queued || job.error.empty()) return nullptr;
  const auto events = jobs.events(job.id);
  const auto since = events ? declined_since(*events) : std::nullopt;
  return since ? js::value(to_rfc3339(*since)) : js::value(nullptr);
}

}  // namespace
}  // namespace job_document

boost::json::object job_json(JobStore& jobs, const Job& job) {
  return {{"id", job.id},
          {"kind", job.kind},
          {"state", to_string(job.state)},
          {"declinedSince", job_document::declined_since_of(jobs, job)},
          {"owner", job.owner},
          {"priority", job.priority},
          {"attempt", job.attempt},
          {"cancelRequested", job.cancel_requested},
          {"worker", job.worker},
          {"error", job.error},
          {"created", to_rfc3339(job.created)},
          {"updated", to_rfc3339(job.updated)},
          {"input", job_document::document(job.input)},
          {"output", job_document::document(job.output)}};
}

boost::json::object event_json(const JobEvent& event) {
  return {{"number", event.number},
          {"time", to_rfc3339(event.time)},
          {"event", event.name},
          {"detail", job_document::document(event.detail)},
          {"hash", event.hash}};
}

Result<Job> find_job(JobStore& jobs, const JobAddress& address) {
  auto found = jobs.find(address.id);
  if (!found) return found.error();
  if (*found && (!address.owner || (*found)->owner == *address.owner)) return std::move(**found);
  return Error(Errc::not_found, "job " + address.id + ": there is none");
}

}  // namespace imagegen
