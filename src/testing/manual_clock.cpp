#include <imagegen/testing/manual_clock.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <condition_variable>
#include <map>
#include <mutex>

namespace imagegen {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::system_clock::time_point kWallStart =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::January / 1);
// Not zero, so that a time minus an hour is still a time.
constexpr TimePoint kStart{std::chrono::hours(24 * 365)};

Error cancelled() {
  return {Errc::cancelled, "cancelled while waiting"};
}

}  // namespace

// One call that waits. Its timer never fires by itself.
struct ManualClock::Sleeper {
  explicit Sleeper(const asio::any_io_executor& executor) : gate(executor, TimePoint::max()) {}
  asio::steady_timer gate;
  bool due = false;  // written and read on the executor alone
};

struct ManualClock::State {
  explicit State(Mode given) : mode(given) {}

  Mode mode;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  TimePoint now = kStart;
  std::vector<milliseconds> sleeps;
  std::multimap<TimePoint, std::shared_ptr<Sleeper>> sleepers;  // equal keys stay in the order of their coming

  void add(TimePoint when, const std::shared_ptr<Sleeper>& sleeper) {
    const std::lock_guard lock(mutex);
    sleepers.emplace(when, sleeper);
    changed.notify_all();
  }
  void remove(const std::shared_ptr<Sleeper>& sleeper) {
    const std::lock_guard lock(mutex);
    std::erase_if(sleepers, [&](const auto& entry) { return entry.second == sleeper; });
  }
  /// \return Whether the call need not sleep.
  bool note_sleep(TimePoint when) {
    const std::lock_guard lock(mutex);
    sleeps.push_back(std::max(std::chrono::ceil<milliseconds>(when - now), milliseconds(0)));
    if (mode == Mode::jumping) now = std::max(now, when);
    return when <= now;
  }
};

ManualClock::ManualClock(Mode mode) : state_(std::make_unique<State>(mode)) {}
ManualClock::~ManualClock() = default;

TimePoint ManualClock::now() const {
  const std::lock_guard lock(state_->mutex);
  return state_->now;
}

std::chrono::system_clock::time_point ManualClock::wall_now() const {
  return kWallStart + std::chrono::duration_cast<std::chrono::system_clock::duration>(now() - kStart);
}

Task<Result<void>> ManualClock::sleep_until(TimePoint when) {
  const auto executor = co_await asio::this_coro::executor;
  const bool awake = state_->note_sleep(when);
  // Even a sleep of no length lets others run, as a real one would.
  if (awake) co_await asio::post(executor, asio::use_awaitable);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return cancelled();
  if (awake) co_return Result<void>();
  auto sleeper = std::make_shared<Sleeper>(executor);
  state_->add(when, sleeper);
  co_await sleeper->gate.async_wait(asio::as_tuple(asio::use_awaitable));
  state_->remove(sleeper);
  if (!sleeper->due) co_return cancelled();
  co_return Result<void>();
}

void ManualClock::advance(milliseconds step) {
  assert(step.count() >= 0);
  const std::lock_guard lock(state_->mutex);
  state_->now += step;
  const auto end = state_->sleepers.upper_bound(state_->now);
  for (auto at = state_->sleepers.begin(); at != end; at = state_->sleepers.erase(at)) {
    // On its own executor, because a timer must not be touched by two threads.
    asio::post(at->second->gate.get_executor(), [sleeper = at->second] {
      sleeper->due = true;
      sleeper->gate.expires_at(TimePoint::min());
    });
  }
}

std::vector<milliseconds> ManualClock::sleeps() const {
  const std::lock_guard lock(state_->mutex);
  return state_->sleeps;
}

std::size_t ManualClock::sleepers() const {
  const std::lock_guard lock(state_->mutex);
  return state_->sleepers.size();
}

bool ManualClock::wait_for_sleepers(std::size_t count) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, kLongestWait, [&] { return state_->sleepers.size() >= count; });
}

}  // namespace imagegen
