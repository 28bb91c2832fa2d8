#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/worker.hpp>

#include <utility>

namespace imagegen::test {

// A claimed job, as a worker hands it to a handler.
class ClaimedJob : public JobRun {
 public:
  ClaimedJob(JobStore& store, Job job, Timestamp now) : store_(store), job_(std::move(job)), now_(now) {}
  const Job& job() const noexcept override { return job_; }
  Task<Result<void>> may_buy() override { co_return store_.confirm(claim_of(job_)); }
  Task<Result<void>> save(JobUpdate update) override {
    auto saved = store_.update(claim_of(job_), update, now_);
    if (!saved) co_return saved.error();
    job_ = *saved;
    co_return Result<void>();
  }

 private:
  JobStore& store_;
  Job job_;
  Timestamp now_;
};

}  // namespace imagegen::test
