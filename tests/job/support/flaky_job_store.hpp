#pragma once
#include <imagegen/job/job_store.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace imagegen::test {

/// A store in memory that workers cannot reach while `gone`; what only a test asks is answered all the same.
class FlakyJobStore : public JobStore {
 public:
  explicit FlakyJobStore(const Clock& clock) : inner_(make_memory_job_store(clock)) {}

  std::atomic<bool> gone{false};
  Error says{Errc::unavailable, "the database is gone"};  ///< While it is; set before the worker starts.
  std::atomic<int> refused_updates{0};
  std::atomic<bool> lose_the_next_claim{false};  ///< The store claims, but the answer does not arrive.
  std::atomic<int> claims{0}, looks_for_workers{0};
  std::atomic<int> unreadable{0};  ///< So often events cannot be read.
  std::function<void(Job&)> tamper = {};  ///< With what a claim gives.
  std::function<void()> on_confirm = {};  ///< Before a claim is confirmed.
  std::atomic<bool> give_again{false};    ///< The next claim that finds nothing gives what the one before it gave.
  std::atomic<int> most_at_a_time{1000};  ///< What a claim gives, as where others claim as well.

  Result<Job> add(const NewJob& job, Timestamp now) override { return inner_->add(job, now); }
  Result<std::optional<Job>> find(const std::string& id) override { return inner_->find(id); }
  Result<JobPage> list(const JobQuery& query) override { return inner_->list(query); }
  Result<std::vector<JobEvent>> events(const std::string& id) override {
    if (unreadable > 0 && unreadable-- > 0) return away();
    return inner_->events(id);
  }
  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    if (gone) return away();
    ++claims;
    JobClaimRequest fewer = request;
    fewer.max_jobs = std::min(request.max_jobs, most_at_a_time.load());
    auto claimed = inner_->claim(fewer, now);
    if (claimed && claimed->empty() && !given_.empty() && give_again.exchange(false)) return given_;
    if (claimed && !claimed->empty()) given_ = *claimed;
    if (claimed && tamper) std::for_each(claimed->begin(), claimed->end(), tamper);
    if (claimed && !claimed->empty() && lose_the_next_claim.exchange(false)) return away();
    return claimed;
  }
  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    if (gone) return away();
    return inner_->renew(worker, lease);
  }
  Result<void> confirm(const JobClaim& claim) override {
    if (on_confirm) on_confirm();
    if (gone) return away();
    return inner_->confirm(claim);
  }
  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    if (update.output && update.output->size() > 1'000'000) return Error(Errc::limit_exceeded, "too large");
    if (!gone) return inner_->update(claim, update, now);
    ++refused_updates;
    return away();
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override { return inner_->cancel(id, now); }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return inner_->retry(id, retry, now);
  }
  Result<std::vector<std::string>> running_workers() override {
    if (gone) return away();
    ++looks_for_workers;
    return inner_->running_workers();
  }
  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    if (gone) return away();
    return inner_->next_due(kinds, except);
  }
  Result<std::vector<Announcement>> announcements(int limit) override {
    if (gone) return away();
    return inner_->announcements(limit);
  }
  Result<void> announced(const std::vector<std::string>& ids) override {
    if (gone) return away();
    return inner_->announced(ids);
  }
  std::unique_ptr<Watch> watch(std::function<void()> on_work) override { return inner_->watch(std::move(on_work)); }

 private:
  Error away() const { return says; }

  std::unique_ptr<JobStore> inner_;
  std::vector<Job> given_;  // by the newest claim that found something
};

}  // namespace imagegen::test
