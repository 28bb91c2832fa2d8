#pragma once
#include <imagegen/job/job_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "support/matchers.hpp"

namespace imagegen::test {

/// What the suites for every JobStore have in common. See job_store_contract.hpp for the harness.
template <class Harness>
class JobStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  JobStore& store() { return harness_.store(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static NewJob job_named(const std::string& id, const std::string& owner = {}, int priority = 0) {
    return {id, "prompt", owner, R"({"n":1})", priority};
  }
  Job add(const std::string& id, int ms = 0, const std::string& owner = {}, int priority = 0) {
    return store().add(job_named(id, owner, priority), at(ms)).value();
  }
  static JobClaimRequest request(const std::string& worker, int max_jobs = 1) {
    JobClaimRequest made;
    made.worker = worker, made.kinds = {"prompt"}, made.max_jobs = max_jobs;
    made.lease = std::chrono::milliseconds(1000);
    return made;
  }
  std::vector<Job> claim(const JobClaimRequest& request, int ms) { return store().claim(request, at(ms)).value(); }
  std::vector<std::string> claim_ids(const JobClaimRequest& request, int ms) { return ids_of(claim(request, ms)); }
  Job claim_one(const std::string& worker, int ms) {
    auto jobs = claim(request(worker), ms);
    EXPECT_EQ(jobs.size(), 1U);
    return jobs.empty() ? Job() : jobs.front();
  }
  Job found(const std::string& id) { return store().find(id).value().value(); }
  std::vector<std::string> event_names(const std::string& id) {
    std::vector<std::string> names;
    for (const JobEvent& event : store().events(id).value()) names.push_back(event.name);
    return names;
  }
  std::vector<std::string> announced_ids(int limit) {
    std::vector<std::string> ids;
    for (const Announcement& announcement : store().announcements(limit).value()) ids.push_back(announcement.id);
    return ids;
  }
  static std::vector<std::string> ids_of(const std::vector<Job>& jobs) {
    std::vector<std::string> ids;
    for (const Job& job : jobs) ids.push_back(job.id);
    return ids;
  }
  static JobUpdate ended(JobState state, std::string error = {}) {
    JobUpdate update;
    update.state = state;
    if (!error.empty()) update.error = std::move(error);
    return update;
  }

  Harness harness_;
};

}  // namespace imagegen::test
