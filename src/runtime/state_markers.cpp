#include "runtime/state_markers.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace imagegen {
namespace {

constexpr std::chrono::milliseconds kLongestPause{250};  // between two looks at a marker that somebody has

// No worker's heartbeat keeps it.
std::string new_holder() {
  std::random_device device;
  Bytes id(16);
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(device()); });
  return "store-" + to_hex(id) + "/0";
}

}  // namespace

StateMarkers::StateMarkers(Permits permits, ThreadPool& pool, Clock& clock, std::string scope,
                           std::chrono::milliseconds lease)
    : permits_(std::move(permits)), pool_(pool), clock_(clock), scope_(std::move(scope)), lease_(lease) {}

Task<Result<std::string>> StateMarkers::enter(std::string name) {
  PermitRequest request;
  request.holder = new_holder();
  request.limits = {{"store:" + to_hex(sha256(scope_ + "\n" + name)), 1, 0}};
  request.lease = lease_;
  const auto until = deadline_after(clock_, lease_ + kLongestPause);
  for (;;) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return Error{Errc::cancelled, "cancelled before it was free"};
    auto ask = [&]() -> Result<PermitAnswer> {
      const auto permits = permits_();
      if (!permits) return permits.error();
      return (*permits)->acquire(request);
    };
    const auto answer = co_await pool_.run(ask);
    if (!answer) co_return answer.error();
    if (answer->granted) co_return request.holder;
    const auto slept = co_await sleep_for(clock_, std::min(answer->wait, kLongestPause), until);
    if (!slept && slept.error().code == Errc::cancelled) co_return slept.error();
    if (!slept) co_return Error{Errc::unavailable, "somebody else has had it for too long"};
  }
}

// One that cannot be given back ends with its lease.
Task<Result<void>> StateMarkers::leave(std::string marker) {
  auto give_back = [&]() -> Result<void> {
    const auto permits = permits_();
    return permits ? (*permits)->release(marker) : Result<void>(permits.error());
  };
  co_return co_await pool_.run(give_back);
}

}  // namespace imagegen
