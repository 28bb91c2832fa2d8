#include "engine/job_fields.hpp"

#include <imagegen/maker/job/job_changes.hpp>

#include <boost/json/parse.hpp>

namespace imagegen {

using json::computed;
using json::field;

// JSON of a workflow as it is, so that it can be read on; null where there is none.
static boost::json::value document_of(const std::string& text) {
  boost::system::error_code failed;
  auto value = boost::json::parse(text, failed);
  return failed ? boost::json::value(nullptr) : value;
}

static json::Fields<Job> job_fields() {
  return {"",
          {field("owner", &Job::owner), field("priority", &Job::priority),
           field("attempt", &Job::attempt, "how often it was begun"), field("cancelRequested", &Job::cancel_requested),
           field("worker", &Job::worker, "who has it while it runs"),
           field("error", &Job::error, "why it failed, or cannot be done for now; else empty"),
           field("created", &Job::created), field("updated", &Job::updated),
           computed<Job>(
               "input", [](const Job& job) { return document_of(job.input); }, "as its kind has it"),
           computed<Job>(
               "output", [](const Job& job) { return document_of(job.output); }, "as its kind has it")}};
}

const json::Fields<JobView>& fields_of(const JobView*) {
  using V = JobView;
  static const auto& all = *new json::Fields<V>([] {
    json::Fields<V> fields(
        "Job",
        {computed<V>("id", [](const V& view) { return view.job.id; }),
         computed<V>(
             "kind", [](const V& view) { return view.job.kind; }, "\"prompt\", \"heroes\" ..."),
         computed<V>("state", [](const V& view) { return view.job.state; }),
         json::field("declinedSince", &V::declined_since, "since when no worker could do it; else null").or_null()});
    return fields.with(&V::job, job_fields());
  }());
  return all;
}

const json::Fields<JobEvent>& fields_of(const JobEvent*) {
  static const auto& all = *new json::Fields<JobEvent>(
      "JobEvent", {field("number", &JobEvent::number, "from 1"), field("time", &JobEvent::time),
                   field("event", &JobEvent::name, "\"created\", \"claimed\", \"image_bought\" ..."),
                   computed<JobEvent>("detail", [](const JobEvent& event) { return document_of(event.detail); }),
                   field("hash", &JobEvent::hash, "covers the event and the hash before it")});
  return all;
}

JobView job_view(JobStore& jobs, Job job) {
  std::optional<Timestamp> since;
  if (job.state == JobState::queued && !job.error.empty()) {  // its error says why
    if (const auto events = jobs.events(job.id)) since = declined_since(*events);
  }
  return {std::move(job), since};
}

Result<Job> find_job(JobStore& jobs, const JobAddress& address) {
  auto found = jobs.find(address.id);
  if (!found) return found.error();
  if (*found && (!address.owner || (*found)->owner == *address.owner)) return std::move(**found);
  return Error(Errc::not_found, "job " + address.id + ": there is none");
}

}  // namespace imagegen
