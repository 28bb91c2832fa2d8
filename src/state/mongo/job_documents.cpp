#include "state/mongo/job_documents.hpp"

#include <algorithm>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/job_mirror.hpp"

namespace imagegen::mongo {
namespace {

// MongoDB takes 16 MiB. A job that still runs has to leave room, so that it can be ended whatever happened.
constexpr std::int64_t kMostWhileRunning = 12LL << 20U, kMost = 15LL << 20U;
// What all else in a document needs, and an event or announcement beside its texts.
constexpr std::int64_t kFixedBytes = 16LL << 10U, kBytesAround = 192;

Document fields_of_a_job(Texts texts) {
  Document fields;
  if (texts == Texts::any) fields.integer("job.input", 1).integer("job.output", 1);
  for (const char* name :
       {"jobId",           "kind",          "owner",          "error",          "createdAt",    "updatedAt",
        "job.revision",    "job.state",     "job.priority",   "job.attempt",    "job.crashes",  "job.cancelRequested",
        "job.worker",      "job.notBefore", "job.leaseUntil", "job.eventCount", "job.lastHash", "job.eventBytes",
        "job.outboxBytes", "job.oldest"})
    fields.integer(name, 1);
  return fields;
}

std::int64_t bytes_of(const std::vector<JobEvent>& events) {
  std::int64_t bytes = 0;
  for (const JobEvent& event : events) {
    bytes += kBytesAround + static_cast<std::int64_t>(event.name.size() + event.detail.size() + event.hash.size());
  }
  return bytes;
}

std::int64_t bytes_of(const std::vector<Announcement>& announcements) {
  std::int64_t bytes = 0;
  for (const Announcement& announcement : announcements)
    bytes += kBytesAround + static_cast<std::int64_t>(announcement.id.size() + announcement.text.size());
  return bytes;
}

// An input or output, and what is shown of it.
std::int64_t bytes_of(const std::string& text) {
  return static_cast<std::int64_t>(text.size() + std::min(text.size(), kLargestShown));
}

Result<void> check_size(const StoredJob& found, const JobChange& change) {
  const Job& job = change.job;
  const auto bytes = kFixedBytes + bytes_of(job.input) + bytes_of(job.output) +
                     static_cast<std::int64_t>(job.error.size()) + found.event_bytes + bytes_of(change.events) +
                     found.outbox_bytes + bytes_of(change.announcements);
  const auto most = job.state == JobState::running ? kMostWhileRunning : kMost;
  if (bytes <= most) return {};
  return Error(Errc::limit_exceeded, "job " + job.id + ": with this change its document in MongoDB would need about " +
                                         std::to_string(bytes) + " bytes, and at most " + std::to_string(most) +
                                         " are used; keep less in its output and events");
}

Document document_of(const JobEvent& event) {
  Document made;
  made.integer("number", event.number).time("time", event.time).text("name", event.name, "event name");
  made.text("detail", event.detail, "event detail").text("hash", event.hash);
  return made;
}

Document document_of(const Announcement& announcement) {
  Document made;
  made.text("id", announcement.id, "announcement id").text("text", announcement.text, "announcement");
  made.id("order", ObjectId::make());
  return made;
}

template <class Values>
std::vector<Document> documents_of(const Values& values) {
  std::vector<Document> made;
  made.reserve(values.size());
  for (const auto& value : values) made.push_back(document_of(value));
  return made;
}

void read_texts(Reader& read, Job& job) {
  job.input = read.text("job.input"), job.output = read.text("job.output");
}

Result<StoredJob> stored_job_from(const Document& document, Texts texts) {
  Reader read(document, "a job");
  StoredJob found;
  Job& job = found.job;
  job.id = read.text("jobId");
  if (!read.fault()) read.set_what("job " + job.id);
  job.kind = read.text("kind"), job.owner = read.text("owner"), job.error = read.text("error");
  job.created = read.time("createdAt"), job.updated = read.time("updatedAt");
  if (texts == Texts::any) read_texts(read, job);
  job.priority = read.integer("job.priority");
  const auto state = parse_job_state(read.text("job.state"));
  if (!state) read.refuse("job.state", "the name of a state");
  job.state = state.value_or(JobState::failed);
  job.attempt = read.integer("job.attempt"), job.crashes = read.integer("job.crashes");
  job.cancel_requested = read.flag("job.cancelRequested");
  job.worker = read.text("job.worker");
  job.not_before = read.time("job.notBefore"), job.lease_until = read.time("job.leaseUntil");
  job.events = read.integer("job.eventCount");
  job.last_hash = read.text("job.lastHash");
  found.revision = read.id("job.revision");
  found.event_bytes = read.number("job.eventBytes"), found.outbox_bytes = read.number("job.outboxBytes");
  found.has_announcements = read.has("job.oldest");
  if (read.fault()) return *read.fault();
  return found;
}

// What may change of a job, but for its texts. \param prefix "job." in an update, nothing in a new document.
void add_changing(Document& inner, const std::string& prefix, const Job& job) {
  inner.id(prefix + "revision", ObjectId::make()).text(prefix + "state", to_string(job.state));
  inner.integer(prefix + "attempt", job.attempt).integer(prefix + "crashes", job.crashes);
  inner.flag(prefix + "cancelRequested", job.cancel_requested).text(prefix + "worker", job.worker, "worker");
  inner.time(prefix + "notBefore", job.not_before).time(prefix + "leaseUntil", job.lease_until);
  inner.time(prefix + "rank", rank_of(job));
  inner.integer(prefix + "eventCount", job.events).text(prefix + "lastHash", job.last_hash);
}

void add_outer(Document& outer, const Job& job) {
  outer.text("owner", job.owner, "job owner").text("status", status_of(job.state));
  outer.text("error", job.error, "job error").time("updatedAt", job.updated);
}

// Input and output, and what is shown of them, where they have changed.
void add_texts(Document& set, Document& unset, const Job& before, const Job& after) {
  if (before.input == after.input && before.output == after.output) return;
  if (before.input != after.input) set.text("job.input", after.input, "job input");
  if (before.output != after.output) set.text("job.output", after.output, "job output");
  const auto mirror = mirror_of(after);
  set.all_of(mirror);
  for (const std::string& name : lost_fields(mirror_of(before), mirror)) unset.text(name, "");
}

void add_announcements(Document& set, Document& push, const StoredJob& found, const JobChange& change) {
  if (change.announcements.empty()) return;
  if (!found.has_announcements) set.id("job.oldest", ObjectId::make());  // before those of the announcements
  Document each;
  each.documents("$each", documents_of(change.announcements));
  push.document("job.announcements", each);
  set.number("job.outboxBytes", found.outbox_bytes + bytes_of(change.announcements));
}

Document as_found(const StoredJob& found) {
  Document filter;
  filter.text("jobId", found.job.id).id("job.revision", found.revision);
  return filter;
}

Document update_of(const StoredJob& found, const JobChange& change) {
  Document set, unset, push, update;
  add_outer(set, change.job);
  add_changing(set, "job.", change.job);
  add_texts(set, unset, found.job, change.job);
  if (!change.events.empty()) {
    Document each;
    each.documents("$each", documents_of(change.events));
    push.document("job.events", each);
    set.number("job.eventBytes", found.event_bytes + bytes_of(change.events));
  }
  add_announcements(set, push, found, change);
  update.document("$set", set);
  if (!unset.empty()) update.document("$unset", unset);
  if (!push.empty()) update.document("$push", push);
  return update;
}

}  // namespace

Document in_state(JobState state) {
  Document made;
  made.text("job.state", to_string(state));
  return made;
}

Result<FoundJobs> find_jobs(MongoDatabase& database, const Document& filter, Document sort, int limit, Texts texts) {
  FindOptions options;
  options.sort = std::move(sort), options.fields = fields_of_a_job(texts), options.limit = limit;
  const auto documents = database.find(kJobs, filter, options);
  if (!documents) return documents.error();
  FoundJobs found;
  found.full = limit > 0 && documents->size() >= static_cast<std::size_t>(limit);
  for (const Document& document : *documents) {
    auto job = stored_job_from(document, texts);
    if (job)
      found.jobs.push_back(std::move(*job));
    else if (!found.damaged)
      found.damaged = job.error();
  }
  return found;
}

Result<std::optional<StoredJob>> load_job(MongoDatabase& database, const std::string& id) {
  Document filter;
  filter.text("jobId", id, "job id");
  auto found = find_jobs(database, filter, {}, 1, Texts::any);
  if (!found) return found.error();
  if (found->damaged) return *found->damaged;
  if (found->jobs.empty()) return std::optional<StoredJob>();
  return std::optional(std::move(found->jobs.front()));
}

Result<bool> insert_job(MongoDatabase& database, const JobChange& change) {
  const Job& job = change.job;
  if (const auto checked = check_size({}, change); !checked) return checked.error();
  Document inner, outer;
  add_changing(inner, "", job);
  inner.integer("priority", job.priority).text("input", job.input, "job input").text("output", job.output);
  inner.number("eventBytes", bytes_of(change.events)).number("outboxBytes", 0);
  inner.documents("events", documents_of(change.events)).documents("announcements", {});
  outer.id("_id", ObjectId::make()).text("jobId", job.id, "job id").text("kind", job.kind, "job kind");
  add_outer(outer, job);
  outer.time("createdAt", job.created).all_of(mirror_of(job)).document("job", inner);
  return database.insert(kJobs, outer);
}

Result<bool> save_job(MongoDatabase& database, const StoredJob& found, const JobChange& change, Texts texts) {
  const auto checked = texts == Texts::any ? check_size(found, change) : Result<void>();
  if (!checked) return checked.error();
  return database.change(kJobs, as_found(found), update_of(found, change));
}

Result<bool> save_erased(MongoDatabase& database, const StoredJob& found, const ErasedJob& erased) {
  Document set, unset, update;
  add_outer(set, erased.job);
  add_changing(set, "job.", erased.job);
  add_texts(set, unset, found.job, erased.job);
  set.documents("job.events", documents_of(erased.events)).number("job.eventBytes", bytes_of(erased.events));
  update.document("$set", set);
  if (!unset.empty()) update.document("$unset", unset);
  return database.change(kJobs, as_found(found), update);
}

Result<bool> take_job(MongoDatabase& database, const StoredJob& found, JobChange& change) {
  Document fields;
  fields.integer("job.input", 1).integer("job.output", 1);
  const auto taken = database.change_and_get(kJobs, as_found(found), update_of(found, change), fields);
  if (!taken) return taken.error();
  if (!*taken) return false;
  Reader read(**taken, "job " + found.job.id);
  read_texts(read, change.job);
  if (read.fault()) return *read.fault();
  return true;
}

Result<std::vector<JobEvent>> events_of(MongoDatabase& database, const std::string& id) {
  Document filter, fields;
  filter.text("jobId", id, "job id");
  fields.integer("job.events", 1);
  const auto found = database.find_one(kJobs, filter, std::move(fields));
  if (!found) return found.error();
  std::vector<JobEvent> events;
  if (!*found) return events;
  Reader read(**found, "job " + id);
  read.each("job.events", [&](Reader& at) {
    JobEvent event;
    event.number = at.integer("number"), event.time = at.time("time");
    event.name = at.text("name"), event.detail = at.text("detail"), event.hash = at.text("hash");
    events.push_back(std::move(event));
  });
  if (read.fault()) return *read.fault();
  return events;
}

}  // namespace imagegen::mongo
