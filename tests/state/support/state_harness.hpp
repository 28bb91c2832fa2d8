#pragma once
#include <imagegen/state/state.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "state/support/timed_state.hpp"

/// \file What the tests of all databases are made of.
namespace imagegen::test {

enum class Goes { by_test, by_server };  ///< By whose time.

/// A state in an empty place; it serves the contract suites.
/// \tparam Place Makes the place: options(), and a static no_store().
template <class Place, Goes goes = Goes::by_test>
class StateHarness {
 public:
  StateHarness() {
    if (no_store().empty()) open();
  }

  std::string no_store() const { return Place::no_store(); }
  JobStore& store() { return *state_.jobs; }
  PermitStore& permits() { return *state_.permits; }
  Ledger& ledger() { return *state_.ledger; }
  AssetStore& assets() { return *state_.assets; }
  RecordStore& records() { return *state_.records; }
  Spool& spool() { return *state_.spool; }
  SetClock& clock() { return clock_; }
  bool reopen() {
    state_ = State();
    open();
    return true;
  }

 private:
  void open() {
    const auto options = place_.options();
    state_ = (goes == Goes::by_test ? open_timed(options, pool_, clock_) : open_state(options, pool_)).value();
  }

  Place place_;
  SetClock clock_;
  ThreadPool pool_{4};
  State state_;
};

/// For tests that need the database itself.
class StateTest : public testing::Test {
 protected:
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static NewJob job_named(const std::string& id, const std::string& owner = {}, const std::string& kind = "prompt") {
    return {id, kind, owner, "{}"};
  }
  static JobClaimRequest request(const std::string& worker, int max_jobs = 1) {
    JobClaimRequest made;
    made.worker = worker, made.kinds = {"prompt"}, made.max_jobs = max_jobs;
    return made;
  }
  static std::vector<std::string> ids_of(const std::vector<Job>& jobs) {
    std::vector<std::string> ids;
    for (const Job& job : jobs) ids.push_back(job.id);
    return ids;
  }
  static PurchaseIntent intent(const std::string& job) {
    PurchaseIntent made;
    made.job_id = job, made.slot = "0", made.provider = "p", made.model = "m";
    made.estimate = Usd::from_dollars(0.04);
    return made;
  }

  SetClock clock_;
  ThreadPool pool_{2};
};

}  // namespace imagegen::test
