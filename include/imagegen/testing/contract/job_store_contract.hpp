#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/testing/contract/contract_test.hpp>

#include <chrono>
#include <string>
#include <vector>

/// \file What every JobStore must do, in three suites, of which a program instantiates all:
///
///     IMAGEGEN_INSTANTIATE_JOB_STORE_SUITES(Mine, MyHarness, MyUntimedHarness);
namespace imagegen::test {

/// An empty JobStore.
class JobStoreHarness : public Harness {
 public:
  using Interface = JobStoreHarness;  ///< What harness() makes.
  /// A TimedJobStore, whose time is that of each call; for JobTimeContract an untimed one, which goes by its own clock.
  virtual JobStore& store() = 0;
};

/// Of one that has store() and no_store() for several suites.
template <class H>
class JobStoreOf final : public JobStoreHarness {
 public:
  JobStore& store() override { return harness_.store(); }
  std::string no_store() const override { return harness_.no_store(); }

 private:
  H harness_;
};

/// Jobs, their states and their events.
class JobStoreContract : public ContractTest<JobStoreHarness> {
 protected:
  static void SetUpTestSuite();
  JobStore& store() { return harness_->store(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static NewJob job_named(const std::string& id, const std::string& owner = {}, int priority = 0);
  Job add(const std::string& id, int ms = 0, const std::string& owner = {}, int priority = 0);
  static JobClaimRequest request(const std::string& worker, int max_jobs = 1);
  std::vector<Job> claim(const JobClaimRequest& request, int ms);
  std::vector<std::string> claim_ids(const JobClaimRequest& request, int ms) { return ids_of(claim(request, ms)); }
  Job claim_one(const std::string& worker, int ms);
  Job found(const std::string& id);
  std::vector<std::string> event_names(const std::string& id);
  std::vector<std::string> announced_ids(int limit);
  Job add_ended(const std::string& id, const std::string& owner);
  static std::vector<std::string> ids_of(const std::vector<Job>& jobs);
  static JobUpdate ended(JobState state, std::string error = {});
};

/// What a claim must do.
class JobClaimContract : public JobStoreContract {
 protected:
  static void SetUpTestSuite();
};

/// Whose clock decides: never that of a caller.
class JobTimeContract : public JobStoreContract {
 protected:
  static void SetUpTestSuite();
  static Timestamp wall(std::chrono::hours ahead = std::chrono::hours(0));
  std::vector<std::string> claimed(const std::string& worker, std::chrono::hours ahead, int max_jobs = 9);
};

}  // namespace imagegen::test

/// Instantiates all suites of job stores under one name, in a file that uses the namespace imagegen::test.
/// \param Timed, Untimed Classes of harnesses; see JobStoreHarness::store().
#define IMAGEGEN_INSTANTIATE_JOB_STORE_SUITES(name, Timed, Untimed)                                            \
  INSTANTIATE_TEST_SUITE_P(name, JobStoreContract, ::testing::Values(::imagegen::test::harness<Timed>()));     \
  INSTANTIATE_TEST_SUITE_P(name, JobClaimContract, ::testing::Values(::imagegen::test::harness<Timed>()));     \
  INSTANTIATE_TEST_SUITE_P(name, JobTimeContract, ::testing::Values(::imagegen::test::harness<Untimed>()))
