#include <imagegen/job/job_store.hpp>

#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/job_claim.hpp"
#include "state/mongo/job_documents.hpp"
#include "state/mongo/job_outbox.hpp"
#include "state/mongo/job_poll.hpp"
#include "state/mongo/stores.hpp"

namespace imagegen::mongo {
namespace {

// Each try that fails means that somebody else's change of the same job was made.
constexpr int kMostTries = 100;

// Older than the cursor: created earlier, or at the same time with a smaller id.
Document older_than(const JobCursor& cursor) {
  Document earlier, smaller;
  earlier.document("createdAt", Document().time("$lt", cursor.created));
  smaller.time("createdAt", cursor.created).document("jobId", Document().text("$lt", cursor.id));
  std::vector<Document> either;
  either.push_back(std::move(earlier));
  either.push_back(std::move(smaller));
  Document made;
  made.documents("$or", either);
  return made;
}

Document filter_of(const JobQuery& query, const std::optional<JobCursor>& after) {
  Document filter;
  if (query.state) filter.all_of(in_state(*query.state));
  if (query.kind) filter.text("kind", *query.kind);
  if (query.owner) filter.text("owner", *query.owner);
  if (after) filter.all_of(older_than(*after));
  return filter;
}

class MongoJobStore final : public JobStore {
 public:
  explicit MongoJobStore(std::shared_ptr<MongoDatabase> database)
      : database_(std::move(database)), poll_(poll_jobs(database_, watchers_)) {}

  Result<Job> add(const NewJob& wanted, Timestamp now) override {
    const auto decides = database_->now();
    if (!decides) return decides.error();
    const auto change = create_job(wanted, {now, *decides});
    if (!change) return change.error();
    const auto added = insert_job(*database_, *change);
    if (!added) return added.error();
    if (!*added) return Error(Errc::already_exists, "job " + wanted.id + ": the id is taken");
    watchers_->call();
    return change->job;
  }

  Result<std::optional<Job>> find(const std::string& id) override {
    auto found = load_job(*database_, id);
    if (!found) return found.error();
    return *found ? std::optional(std::move((*found)->job)) : std::optional<Job>();
  }

  Result<JobPage> list(const JobQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_cursor(query.after);
    if (!after) return after.error();
    Document newest;
    newest.integer("createdAt", -1).integer("jobId", -1);
    auto found = find_jobs(*database_, filter_of(query, *after), std::move(newest), query.limit + 1, Texts::any);
    if (!found) return found.error();
    if (found->damaged) return *found->damaged;
    JobPage page;
    for (StoredJob& job : found->jobs) page.jobs.push_back(std::move(job.job));
    if (!found->full) return page;
    page.jobs.pop_back();
    page.next = to_cursor(page.jobs.back());
    return page;
  }

  Result<std::vector<JobEvent>> events(const std::string& id) override { return events_of(*database_, id); }

  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    if (const auto checked = check_claim(request); !checked) return checked.error();
    const auto decides = database_->now();
    if (!decides) return decides.error();
    return claim_jobs(*database_, request, {now, *decides});
  }

  // A new revision for each, so that whoever is about to take one whose lease had ended comes too late.
  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    const auto now = database_->now();
    if (!now) return now.error();
    auto filter = in_state(JobState::running);
    filter.text("job.worker", worker, "worker");
    Document set;
    set.time("job.leaseUntil", *now + lease).id("job.revision", ObjectId::make());
    const auto renewed = database_->update_many(kJobs, filter, field("$set", set));
    if (!renewed) return renewed.error();
    FindOptions options;
    options.sort.integer("jobId", 1);
    options.fields.integer("jobId", 1).integer("job.attempt", 1).integer("job.cancelRequested", 1);
    const auto found = database_->find(kJobs, filter, options);
    if (!found) return found.error();
    std::vector<HeldJob> held;
    for (const Document& document : *found) {
      Reader read(document, "a job");
      held.push_back({read.text("jobId"), read.integer("job.attempt"), read.flag("job.cancelRequested")});
      if (read.fault()) held.pop_back();  // one that is damaged does not cost its worker the others
    }
    return held;
  }

  Result<void> confirm(const JobClaim& claim) override {
    Document filter, fields;
    filter.text("jobId", claim.job_id, "job id");
    fields.integer("job.state", 1).integer("job.worker", 1).integer("job.attempt", 1).integer("job.cancelRequested", 1);
    const auto found = database_->find_one(kJobs, filter, std::move(fields));
    if (!found) return found.error();
    if (!*found) return Error(Errc::not_found, "job " + claim.job_id + ": there is none");
    Reader read(**found, "job " + claim.job_id);
    Job job;
    job.id = claim.job_id;
    job.state = parse_job_state(read.text("job.state")).value_or(JobState::failed);
    job.worker = read.text("job.worker"), job.attempt = read.integer("job.attempt");
    job.cancel_requested = read.flag("job.cancelRequested");
    if (read.fault()) return *read.fault();
    return confirm_claim(job, claim);
  }

  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    return change(claim.job_id, Texts::any, [&](Job job, Timestamp decides) {
      return update_job(std::move(job), claim, update, {now, decides});
    });
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override {
    return change(id, Texts::none, [&](Job job, Timestamp) { return cancel_job(std::move(job), now); });
  }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return change(id, Texts::any, [&](Job job, Timestamp decides) {
      return retry_job(std::move(job), retry, {now, decides});
    });
  }

  // The events are those of the revision that was found, or there is another by now.
  Result<Job> erase(const std::string& id, const JobErasure& erasure, Timestamp now) override {
    for (int attempt = 1; attempt <= kMostTries; ++attempt) {
      auto found = load_job(*database_, id);
      if (!found) return found.error();
      if (!*found) return Error(Errc::not_found, "job " + id + ": there is none");
      if (is_erased((*found)->job)) return std::move((*found)->job);
      auto events = events_of(*database_, id);
      if (!events) return events.error();
      auto erased = erase_job((*found)->job, std::move(*events), erasure, now);
      if (!erased) return erased.error();
      const auto saved = save_erased(*database_, **found, *erased);
      if (!saved) return saved.error();
      if (*saved) return std::move(erased->job);
      pause_before_retry(attempt);
    }
    return too_busy("job " + id);
  }

  Result<std::vector<std::string>> running_workers() override {
    return database_->distinct(kJobs, "job.worker", in_state(JobState::running));
  }

  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    if (const auto checked = check_except(except); !checked) return checked.error();
    auto filter = in_state(JobState::queued);
    filter.all_of(in("kind", kinds, "kinds"));
    if (!except.empty()) filter.document("jobId", Document().texts("$nin", except));
    FindOptions options;
    options.sort.integer("job.notBefore", 1), options.fields.integer("job.notBefore", 1), options.limit = 1;
    const auto found = database_->find(kJobs, filter, options);
    if (!found) return found.error();
    if (found->empty()) return std::optional<std::chrono::milliseconds>();
    Reader read(found->front(), "the next job");
    const auto due = read.time("job.notBefore");
    if (read.fault()) return *read.fault();
    const auto now = database_->now();
    if (!now) return now.error();
    return std::optional(until_due(due, *now));
  }

  Result<std::vector<Announcement>> announcements(int limit) override {
    if (const auto checked = check_announcements(limit); !checked) return checked.error();
    return oldest_announcements(*database_, limit);
  }

  Result<void> announced(const std::vector<std::string>& ids) override { return forget_announcements(*database_, ids); }

  std::unique_ptr<Watch> watch(std::function<void()> on_work) override { return poll_->add(std::move(on_work)); }

 private:
  template <class How>
  Result<Job> change(const std::string& id, Texts texts, const How& how) {
    for (int attempt = 1; attempt <= kMostTries; ++attempt) {
      const auto found = load_job(*database_, id);
      if (!found) return found.error();
      if (!*found) return Error(Errc::not_found, "job " + id + ": there is none");
      const auto now = database_->now();
      if (!now) return now.error();
      Result<JobChange> change = how((*found)->job, *now);
      if (!change) return change.error();
      auto announcements = not_stored_yet(*database_, std::move(change->announcements));
      if (!announcements) return announcements.error();
      change->announcements = std::move(*announcements);
      const auto saved = save_job(*database_, **found, *change, texts);
      if (!saved) return saved.error();
      if (*saved) return told(std::move(change->job));
      pause_before_retry(attempt);
    }
    return too_busy("job " + id);
  }

  Job told(Job job) {
    if (job.state == JobState::queued) watchers_->call();
    return job;
  }

  const std::shared_ptr<MongoDatabase> database_;
  const std::shared_ptr<JobWatchers> watchers_ = std::make_shared<JobWatchers>();
  const std::shared_ptr<WorkPoll> poll_;
};

}  // namespace

std::unique_ptr<JobStore> make_job_store(std::shared_ptr<MongoDatabase> database) {
  return std::make_unique<MongoJobStore>(std::move(database));
}

}  // namespace imagegen::mongo
