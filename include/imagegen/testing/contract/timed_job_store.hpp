#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/testing/contract/set_clock.hpp>

#include <memory>
#include <utility>

namespace imagegen::test {

/// A store whose time is always that of the last call, so that a test says in each call when it happens.
class TimedJobStore : public JobStore {
 public:
  TimedJobStore(std::unique_ptr<JobStore> inner, SetClock& clock) : inner_(std::move(inner)), clock_(clock) {}

  Result<Job> add(const NewJob& job, Timestamp now) override { return at(now).add(job, now); }
  Result<std::optional<Job>> find(const std::string& id) override { return inner_->find(id); }
  Result<JobPage> list(const JobQuery& query) override { return inner_->list(query); }
  Result<std::vector<JobEvent>> events(const std::string& id) override { return inner_->events(id); }
  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    return at(now).claim(request, now);
  }
  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    return inner_->renew(worker, lease);
  }
  Result<void> confirm(const JobClaim& claim) override { return inner_->confirm(claim); }
  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    return at(now).update(claim, update, now);
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override { return at(now).cancel(id, now); }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return at(now).retry(id, retry, now);
  }
  Result<Job> erase(const std::string& id, const JobErasure& erasure, Timestamp now) override {
    return at(now).erase(id, erasure, now);
  }
  Result<std::vector<std::string>> running_workers() override { return inner_->running_workers(); }
  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    return inner_->next_due(kinds, except);
  }
  Result<std::vector<Announcement>> announcements(int limit) override { return inner_->announcements(limit); }
  Result<void> announced(const std::vector<std::string>& ids) override { return inner_->announced(ids); }
  std::unique_ptr<Watch> watch(std::function<void()> on_work) override { return inner_->watch(std::move(on_work)); }

 private:
  JobStore& at(Timestamp now) {
    clock_.set(now);
    return *inner_;
  }

  std::unique_ptr<JobStore> inner_;
  SetClock& clock_;
};

}  // namespace imagegen::test
