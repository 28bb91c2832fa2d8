#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace imagegen {
namespace {

bool matches(const Job& job, const JobQuery& query) {
  return (!query.state || job.state == *query.state) && (!query.kind || job.kind == *query.kind) &&
         (!query.owner || job.owner == *query.owner);
}

class MemoryJobStore : public JobStore {
 public:
  explicit MemoryJobStore(const Clock& clock) : time_(clock) {}

  Result<Job> add(const NewJob& wanted, Timestamp now) override {
    const auto change = create_job(wanted, {now, time_.now()});
    if (!change) return change.error();
    {
      const std::lock_guard lock(mutex_);
      if (entries_.contains(wanted.id)) return Error(Errc::already_exists, "job " + wanted.id + ": the id is taken");
      put(*change);
    }
    watchers_->call();
    return change->job;
  }

  Result<std::optional<Job>> find(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::optional<Job>() : found->second.job;
  }

  Result<JobPage> list(const JobQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_cursor(query.after);
    if (!after) return after.error();
    const std::lock_guard lock(mutex_);
    JobPage page;
    auto at = *after ? newest_.upper_bound(**after) : newest_.begin();
    for (; at != newest_.end(); ++at) {
      const Job& job = entries_.at(at->id).job;
      if (!matches(job, query)) continue;
      if (page.jobs.size() == static_cast<std::size_t>(query.limit)) {
        page.next = to_cursor(page.jobs.back());
        break;
      }
      page.jobs.push_back(job);
    }
    return page;
  }

  Result<std::vector<JobEvent>> events(const std::string& id) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::vector<JobEvent>() : found->second.events;
  }

  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    if (const auto checked = check_claim(request); !checked) return checked.error();
    const std::lock_guard lock(mutex_);
    std::vector<Job> claimed;
    const JobTime times(now, time_.now());
    for (const std::string& id : lost(request, times.decides)) claim(id, request, times, claimed);
    for (const std::string& id : due(request, times.decides)) claim(id, request, times, claimed);
    return claimed;
  }

  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    const std::lock_guard lock(mutex_);
    const Timestamp lease_until = time_.now() + lease;
    std::vector<HeldJob> held;
    for (const std::string& id : running_) {
      Job& job = entries_.at(id).job;
      if (job.worker != worker) continue;
      job.lease_until = lease_until;
      held.push_back({id, job.attempt, job.cancel_requested});
    }
    return held;
  }

  Result<void> confirm(const JobClaim& claim) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(claim.job_id);
    if (found == entries_.end()) return Error(Errc::not_found, "job " + claim.job_id + ": there is none");
    return confirm_claim(found->second.job, claim);
  }

  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    return change(claim.job_id, [&](Job job) { return update_job(std::move(job), claim, update, {now, time_.now()}); });
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override {
    return change(id, [&](Job job) { return cancel_job(std::move(job), now); });
  }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return change(id, [&](Job job) { return retry_job(std::move(job), retry, {now, time_.now()}); });
  }

  Result<Job> erase(const std::string& id, const JobErasure& erasure, Timestamp now) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return Error(Errc::not_found, "job " + id + ": there is none");
    auto erased = erase_job(found->second.job, found->second.events, erasure, now);
    if (!erased) return erased.error();
    found->second = {std::move(erased->job), std::move(erased->events)};
    return found->second.job;
  }

  Result<std::vector<std::string>> running_workers() override {
    const std::lock_guard lock(mutex_);
    std::set<std::string> workers;
    for (const std::string& id : running_) workers.insert(entries_.at(id).job.worker);
    return std::vector<std::string>(workers.begin(), workers.end());
  }

  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    if (const auto checked = check_except(except); !checked) return checked.error();
    const std::lock_guard lock(mutex_);
    std::optional<Timestamp> least;
    for (const auto& entry : queued_) {
      const Job& job = entries_.at(entry.second).job;
      const bool wanted = has(kinds, job.kind) && !has(except, job.id);
      if (wanted && (!least || job.not_before < *least)) least = job.not_before;
    }
    if (!least) return std::optional<std::chrono::milliseconds>();
    return std::optional(until_due(*least, time_.now()));
  }

  Result<std::vector<Announcement>> announcements(int limit) override {
    if (const auto checked = check_announcements(limit); !checked) return checked.error();
    const std::lock_guard lock(mutex_);
    const auto count = std::min(announcements_.size(), static_cast<std::size_t>(limit));
    return std::vector<Announcement>(announcements_.begin(),
                                     announcements_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  Result<void> announced(const std::vector<std::string>& ids) override {
    const std::set<std::string> delivered(ids.begin(), ids.end());
    const std::lock_guard lock(mutex_);
    std::erase_if(announcements_,
                  [&](const Announcement& announcement) { return delivered.contains(announcement.id); });
    return {};
  }

  std::unique_ptr<Watch> watch(std::function<void()> on_work) override { return watchers_->add(std::move(on_work)); }

 private:
  struct Entry {
    Job job;
    std::vector<JobEvent> events;
  };

  static std::pair<Timestamp, std::string> place(const Job& job) { return {rank_of(job), job.id}; }

  void put(const JobChange& change) {
    Entry& entry = entries_[change.job.id];
    queued_.erase(place(entry.job));
    running_.erase(change.job.id);
    entry.job = change.job;
    entry.events.insert(entry.events.end(), change.events.begin(), change.events.end());
    newest_.insert(cursor_of(entry.job));
    if (entry.job.state == JobState::queued) queued_.insert(place(entry.job));
    if (entry.job.state == JobState::running) running_.insert(entry.job.id);
    for (const Announcement& announcement : change.announcements) put(announcement);
  }

  void put(const Announcement& announcement) {
    const auto same = [&](const Announcement& other) { return other.id == announcement.id; };
    if (std::none_of(announcements_.begin(), announcements_.end(), same)) announcements_.push_back(announcement);
  }

  template <class Change>
  Result<Job> change(const std::string& id, const Change& how) {
    Job job;
    {
      const std::lock_guard lock(mutex_);
      const auto found = entries_.find(id);
      if (found == entries_.end()) return Error(Errc::not_found, "job " + id + ": there is none");
      const auto changed = how(found->second.job);
      if (!changed) return changed.error();
      put(*changed);
      job = changed->job;
    }
    if (job.state == JobState::queued) watchers_->call();
    return job;
  }

  static bool has(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  }

  static bool wants(const JobClaimRequest& request, const Job& job) {
    if (!request.only.empty() && !has(request.only, job.id)) return false;
    return has(request.kinds, job.kind) && !has(request.except, job.id);
  }

  std::vector<std::string> lost(const JobClaimRequest& request, Timestamp now) const {
    std::vector<std::string> ids;
    for (const std::string& id : running_) {
      const Job& job = entries_.at(id).job;
      const bool dead = std::find(request.dead.begin(), request.dead.end(), job.worker) != request.dead.end();
      if (wants(request, job) && (dead || job.lease_until < now)) ids.push_back(id);
    }
    return ids;
  }

  std::vector<std::string> due(const JobClaimRequest& request, Timestamp now) const {
    std::vector<std::string> ids;
    for (const auto& [rank, id] : queued_) {
      const Job& job = entries_.at(id).job;
      if (wants(request, job) && job.not_before <= now) ids.push_back(id);
    }
    return ids;
  }

  bool owner_is_full(const std::string& owner, int limit) const {
    if (limit <= 0 || owner.empty()) return false;
    const auto of_owner = [&](const std::string& id) { return entries_.at(id).job.owner == owner; };
    return std::count_if(running_.begin(), running_.end(), of_owner) >= limit;
  }

  void claim(const std::string& id, const JobClaimRequest& request, JobTime now, std::vector<Job>& claimed) {
    if (claimed.size() >= static_cast<std::size_t>(request.max_jobs)) return;
    const Job& job = entries_.at(id).job;
    if (job.state == JobState::queued && owner_is_full(job.owner, request.max_running_per_owner)) return;
    const auto changed = claim_job(job, request.worker, now.decides + request.lease, request.most_crashes, now.noted);
    put(changed);
    if (changed.job.state == JobState::running) claimed.push_back(changed.job);
  }

  const SteadyTime time_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::set<JobCursor> newest_;
  std::set<std::pair<Timestamp, std::string>> queued_;
  std::set<std::string> running_;
  std::deque<Announcement> announcements_;  // not yet announced, the oldest first
  std::shared_ptr<JobWatchers> watchers_ = std::make_shared<JobWatchers>();
};

}  // namespace

std::unique_ptr<JobStore> make_memory_job_store() {
  return make_memory_job_store(system_clock());
}

std::unique_ptr<JobStore> make_memory_job_store(const Clock& clock) {
  return std::make_unique<MemoryJobStore>(clock);
}

}  // namespace imagegen
