#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <utility>

namespace imagegen::test {

/// Tells of each change of a job that has just been written.
class SteppedJobStore : public JobStore {
 public:
  SteppedJobStore(JobStore& inner, StepHook on_step) : inner_(inner), on_step_(std::move(on_step)) {}

  Result<Job> add(const NewJob& job, Timestamp now) override { return inner_.add(job, now); }
  Result<std::optional<Job>> find(const std::string& id) override { return inner_.find(id); }
  Result<JobPage> list(const JobQuery& query) override { return inner_.list(query); }
  Result<std::vector<JobEvent>> events(const std::string& id) override { return inner_.events(id); }
  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    auto claimed = inner_.claim(request, now);
    if (claimed && !claimed->empty()) on_step_("claimed");
    return claimed;
  }
  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    return inner_.renew(worker, lease);
  }
  Result<void> confirm(const JobClaim& claim) override { return inner_.confirm(claim); }
  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    auto updated = inner_.update(claim, update, now);
    on_step_(update.state ? "ended" : "written");
    return updated;
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override { return inner_.cancel(id, now); }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return inner_.retry(id, retry, now);
  }
  Result<std::vector<std::string>> running_workers() override { return inner_.running_workers(); }
  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    return inner_.next_due(kinds, except);
  }
  Result<std::vector<Announcement>> announcements(int limit) override { return inner_.announcements(limit); }
  Result<void> announced(const std::vector<std::string>& ids) override { return inner_.announced(ids); }
  std::unique_ptr<Watch> watch(std::function<void()> on_work) override { return inner_.watch(std::move(on_work)); }

 private:
  JobStore& inner_;
  StepHook on_step_;
};

}  // namespace imagegen::test
