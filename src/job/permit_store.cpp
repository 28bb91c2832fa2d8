#include <imagegen/job/permit_store.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace imagegen {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostLimits = 8, kLongestName = 256;
constexpr int kLargestRate = 60'000;
constexpr milliseconds kMinute{60'000};
constexpr milliseconds kAskAgain{100};  // when a place is free cannot be known

// A tenth of the rate is kept back for the burst, because a window that begins with the burst holds all that comes in a
// minute after it as well. Rounded up, so that rounding lets nothing more in.
milliseconds step_of(int per_minute) noexcept {
  const int evenly = per_minute - per_minute / 10;
  return milliseconds((kMinute.count() + evenly - 1) / evenly);
}

// How many may come at once. In any minute there are this many and one for each step that begins in the rest of it.
milliseconds::rep burst_of(int per_minute) noexcept {
  const auto step = step_of(per_minute).count();
  return per_minute + 1 - (kMinute.count() + step - 1) / step;
}

Error wrong_permit(const std::string& message) {
  return {Errc::invalid_argument, "permit: " + message};
}

class MemoryPermitStore : public PermitStore {
 public:
  explicit MemoryPermitStore(const Clock& clock) : time_(clock) {}

  Result<PermitAnswer> acquire(const PermitRequest& request) override {
    if (const auto checked = check_permit(request); !checked) return checked.error();
    const std::lock_guard lock(mutex_);
    const Timestamp now = time_.now();
    const bool held = leases_.contains(request.holder) && leases_.at(request.holder) >= now;
    if (!held) {
      const auto wait = wait_for(request, now);
      if (wait.count() > 0) return PermitAnswer{false, wait};
      for (const PermitLimit& limit : request.limits) take(limit, request.holder, now);
    }
    leases_[request.holder] = now + request.lease;
    return PermitAnswer{true, {}};
  }

  Result<void> renew(const std::string& worker, milliseconds lease) override {
    const std::lock_guard lock(mutex_);
    const Timestamp lease_until = time_.now() + lease;
    for (auto& [holder, until] : leases_) {
      if (holder.starts_with(worker + "/")) until = lease_until;
    }
    return {};
  }

  Result<void> release(const std::string& holder) override {
    const std::lock_guard lock(mutex_);
    leases_.erase(holder);
    for (auto& holders : holders_) holders.second.erase(holder);
    return {};
  }

 private:
  milliseconds wait_for(const PermitRequest& request, Timestamp now) {
    milliseconds wait{};
    for (const PermitLimit& limit : request.limits) {
      if (limit.per_minute > 0) wait = std::max(wait, rates_[limit.name].wait(limit.per_minute, now));
      if (limit.max_concurrent > 0 && holders_now(limit.name, now) >= limit.max_concurrent)
        wait = std::max(wait, kAskAgain);
    }
    return wait;
  }

  int holders_now(const std::string& name, Timestamp now) {
    auto& holders = holders_[name];
    // Whose place is given away has lost its lease for good: no late heartbeat brings it back.
    std::erase_if(leases_, [&](const auto& lease) { return lease.second < now; });
    std::erase_if(holders, [&](const std::string& holder) { return !leases_.contains(holder); });
    return static_cast<int>(holders.size());
  }

  void take(const PermitLimit& limit, const std::string& holder, Timestamp now) {
    if (limit.per_minute > 0) rates_[limit.name] = rates_[limit.name].after(limit.per_minute, now);
    holders_[limit.name].insert(holder);
  }

  const SteadyTime time_;
  std::mutex mutex_;
  std::map<std::string, Timestamp> leases_;
  std::map<std::string, std::set<std::string>> holders_;
  std::map<std::string, PermitRate> rates_;
};

}  // namespace

milliseconds PermitRate::wait(int per_minute, Timestamp now) const noexcept {
  const auto ahead = step_of(per_minute) * (burst_of(per_minute) - 1);
  return std::max(next - ahead - now, milliseconds{});
}

PermitRate PermitRate::after(int per_minute, Timestamp now) const noexcept {
  return {std::max(next, now) + step_of(per_minute)};
}

Result<void> check_permit(const PermitRequest& request) {
  if (request.holder.empty() || request.holder.size() > kLongestName)
    return wrong_permit("expected a holder of 1 to 256 bytes");
  if (request.limits.empty() || request.limits.size() > kMostLimits)
    return wrong_permit("expected 1 to 8 limits, got " + std::to_string(request.limits.size()));
  std::set<std::string> names;
  for (const PermitLimit& limit : request.limits) {
    if (limit.name.empty() || limit.name.size() > kLongestName) return wrong_permit("expected a name of 1 to 256 bytes");
    if (!names.insert(limit.name).second) return wrong_permit("expected different names, got " + limit.name + " twice");
    if (limit.max_concurrent < 0) return wrong_permit(limit.name + ": expected max_concurrent of 0 or more");
    if (limit.per_minute < 0 || limit.per_minute > kLargestRate)
      return wrong_permit(limit.name + ": expected per_minute of 0 to 60000, got " + std::to_string(limit.per_minute));
  }
  if (request.lease.count() < 1) return wrong_permit("expected a lease of at least 1 ms");
  return {};
}

std::unique_ptr<PermitStore> make_memory_permit_store() {
  return make_memory_permit_store(system_clock());
}

std::unique_ptr<PermitStore> make_memory_permit_store(const Clock& clock) {
  return std::make_unique<MemoryPermitStore>(clock);
}

}  // namespace imagegen
