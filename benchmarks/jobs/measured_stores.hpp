#pragma once
#include <imagegen/job/permit_store.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "crash/stepped_job_store.hpp"

namespace imagegen::bench {

/// How long calls took, in ms. Safe from any thread.
class Spans {
 public:
  template <class Call>
  auto time(const Call& call) {
    const auto begin = std::chrono::steady_clock::now();
    auto result = call();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    for (double known = longest_; known < took.count() && !longest_.compare_exchange_weak(known, took.count());) {
    }
    ++count_;
    return result;
  }
  int count() const { return count_; }
  double longest_ms() const { return longest_; }

 private:
  std::atomic<int> count_{0};
  std::atomic<double> longest_{0};
};

/// Measures claims and heartbeats.
class MeasuredJobStore final : public test::SteppedJobStore {
 public:
  explicit MeasuredJobStore(JobStore& inner) : SteppedJobStore(inner, [](std::string_view) {}) {}

  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    return claims.time([&] { return SteppedJobStore::claim(request, now); });
  }
  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    return renewals.time([&] { return SteppedJobStore::renew(worker, lease); });
  }

  Spans claims, renewals;
};

/// Measures what is asked before each purchase, and heartbeats.
class MeasuredPermitStore final : public PermitStore {
 public:
  explicit MeasuredPermitStore(PermitStore& inner) : inner_(inner) {}

  Result<PermitAnswer> acquire(const PermitRequest& request) override {
    return acquisitions.time([&] { return inner_.acquire(request); });
  }
  Result<void> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    return renewals.time([&] { return inner_.renew(worker, lease); });
  }
  Result<void> release(const std::string& holder) override { return inner_.release(holder); }

  Spans acquisitions, renewals;

 private:
  PermitStore& inner_;
};

}  // namespace imagegen::bench
