#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/job/job_store.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace imagegen {

// Brings announcements from a store to where they belong. Blocks; one thread at a time.
class Outbox {
 public:
  using Deliver = std::function<Result<void>(const Announcement&)>;
  using Time = std::chrono::steady_clock::time_point;

  // What others have stored is left to them for as long as `patience`, so that two seldom deliver the same.
  Outbox(JobStore& store, Deliver deliver, std::chrono::milliseconds patience);

  // Stored by this worker just now: to be delivered without patience. Beyond so many they are found as those of others
  // are.
  static constexpr std::size_t kMostExpected = 10'000;
  void expect(const std::vector<std::string>& ids);

  enum class Scope { all, long_there, own };
  struct Round {
    int delivered = 0;
    bool failed = false;  // The store or the one who delivers; what is left is tried again by a later round.
    bool more = false;    // Nothing failed, and there may be more to deliver at once.
  };
  // One look into the store and what follows from it. `own` and `long_there` include what was expected.
  Round deliver(Scope scope, Time now);

 private:
  bool forget_delivered();
  std::vector<Announcement> choose(std::vector<Announcement> found, Scope scope, Time now);
  void remember(const std::vector<Announcement>& found, bool complete, Time now);
  bool deliver_one(const Announcement& announcement);

  JobStore& store_;
  Deliver deliver_;
  std::chrono::milliseconds patience_;
  std::set<std::string> own_;
  std::map<std::string, Time> since_;    // of what the last look found: when it was first seen
  std::map<std::string, int> failures_;  // of what the last look found
  std::vector<std::string> delivered_;   // and the store does not know yet
};

}  // namespace imagegen
