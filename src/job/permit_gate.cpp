#include <imagegen/maker/core/shield.hpp>
#include <imagegen/job/permit_gate.hpp>

#include <utility>

namespace imagegen {

PermitGate::PermitGate(PermitStore& store, ThreadPool& pool, Clock& clock, std::string worker, PermitLimits limits,
                       std::chrono::milliseconds lease)
    : store_(store),
      pool_(pool),
      clock_(clock),
      worker_(std::move(worker)),
      limits_(std::move(limits)),
      lease_(lease) {}

std::vector<PermitLimit> PermitGate::limits_for(const PermitFor& wanted) const {
  std::vector<PermitLimit> limits;
  const auto add = [&limits](std::string name, const PermitRates& rates) {
    if (rates.any()) limits.push_back({std::move(name), rates.max_concurrent, rates.per_minute});
  };
  const auto own = limits_.providers.find(wanted.provider);
  add("provider:" + wanted.provider, own == limits_.providers.end() ? limits_.each_provider : own->second);
  const auto model = limits_.models.find(wanted.provider + "/" + wanted.model);
  if (model != limits_.models.end()) add("model:" + model->first, model->second);
  if (!wanted.user.empty()) add("user:" + wanted.user, limits_.user);
  return limits;
}

Task<Result<std::string>> PermitGate::enter(PermitFor wanted, Deadline deadline) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  PermitRequest request;
  request.limits = limits_for(wanted);
  if (request.limits.empty()) co_return std::string();
  request.holder = worker_ + "/" + std::to_string(next_.fetch_add(1));
  request.lease = lease_;
  for (;;) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return Error{Errc::cancelled, "cancelled before there was a permit"};
    auto ask = [&]() -> Result<PermitAnswer> {
      release_left_ones();
      auto asked = store_.acquire(request);
      if (!asked) leave_for_later(request.holder);  // it may have been given all the same
      return asked;
    };
    const auto answer = co_await pool_.run(ask);
    if (!answer) co_return answer.error();
    if (answer->granted) co_return request.holder;
    const auto slept = co_await sleep_for(clock_, answer->wait, deadline);
    if (slept) continue;
    if (slept.error().code == Errc::cancelled) co_return slept.error();
    Error late(Errc::rate_limited,
               "the limits of " + wanted.provider + " or of this user let nothing more in before the deadline");
    late.retry = Retry::later;
    late.retry_after = answer->wait;
    co_return late;
  }
}

Task<void> PermitGate::leave(std::string permit) {
  if (permit.empty()) co_return;
  auto release = [&]() -> Result<void> {
    release_left_ones();
    const auto released = store_.release(permit);
    if (!released) leave_for_later(permit);
    return released;
  };
  auto releasing = pool_.run(release);
  co_await shielded(std::move(releasing));
}

void PermitGate::leave_for_later(const std::string& permit) {
  const std::lock_guard lock(mutex_);
  left_.push_back(permit);
}

// The heartbeat keeps every permit of this worker, so one that could not be given back would never end.
void PermitGate::release_left_ones() {
  std::vector<std::string> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(left_);
  }
  for (const std::string& permit : left) {
    if (!store_.release(permit)) leave_for_later(permit);
  }
}

}  // namespace imagegen
