#include <imagegen/maker/core/shield.hpp>
#include <imagegen/storage/store_probe.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <optional>
#include <string>
#include <utility>

namespace imagegen {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kSmallestProof = 4U << 10U;  // a block of most file systems, which a full one has not got
constexpr std::size_t kLargestProof = 64U << 20U;
constexpr std::chrono::milliseconds kLongestRetryAfter{30'000};

// One attempt, and those who wait for it. `outcome` stays empty where it was cancelled or has been overtaken.
struct Attempt {
  std::optional<Result<void>> outcome;
  std::list<asio::steady_timer*> waiting;
};

// In line as long as it lives: a coroutine that waits may be destroyed with its executor.
class Waiter {
 public:
  Waiter(std::shared_ptr<Attempt> attempt, const asio::any_io_executor& executor)
      : attempt_(std::move(attempt)), timer_(executor, asio::steady_timer::time_point::max()) {
    attempt_->waiting.push_back(&timer_);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { attempt_->waiting.remove(&timer_); }

  Task<void> wait() { co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable)); }

 private:
  std::shared_ptr<Attempt> attempt_;
  asio::steady_timer timer_;
};

Bytes proof_of(std::size_t size) {
  constexpr std::string_view kText =
      "imagegen proves here that it can write before it buys pictures. This object may be deleted at any time.\n";
  Bytes proof(std::max(size, kSmallestProof), std::uint8_t{'\n'});
  std::copy(kText.begin(), kText.end(), proof.begin());
  return proof;
}

Task<Result<void>> write_proof(ObjectStore& store, std::size_t size) {
  const auto key = ObjectKey::parse(std::string(kStoreProbeKey)).value();
  const auto proof = proof_of(size);
  PutOptions options;
  options.content_type = "text/plain";
  options.only_if_absent = true;
  auto put = co_await store.put(key, proof, options);
  if (!put && put.error().code == Errc::already_exists) {
    options.only_if_absent = false;
    put = co_await store.put(key, proof, options);
  }
  if (!put) co_return put.error();
  (void)co_await store.remove(key);  // it has been written, and that is what was asked
  co_return Result<void>{};
}

Error not_bought(Error error) {
  if (error.code == Errc::cancelled) error.code = Errc::unavailable;  // by the store, not by who asked
  error.retry = store_may_recover(error) ? Retry::later : Retry::never;
  error.delivery = Delivery::not_sent;
  return in_context(std::move(error), "the store does not take what is written to it, so nothing was bought");
}

}  // namespace

struct StoreProbe::State {
  ObjectStore& store;
  Clock& clock;
  const StoreProbeOptions options;

  std::optional<Result<void>> known = {};
  std::chrono::steady_clock::time_point known_until = {};
  std::shared_ptr<Attempt> running = {};
  std::size_t size = 0;        // of the next proof, at least
  std::uint64_t failures = 0;  // so that a proof that began before the last of them counts for nothing

  std::optional<Result<void>> answer() const {
    return known && clock.now() < known_until ? known : std::nullopt;
  }

  void remember(const Result<void>& outcome) {
    auto stands = outcome ? options.good_for : options.bad_for;
    if (!outcome) stands = std::max(stands, std::min(outcome.error().retry_after.value_or(stands), kLongestRetryAfter));
    known = outcome;
    known_until = clock.now() + stands;
    if (outcome) size = 0;
  }
};

namespace {

// Lets everybody go on when an attempt ends, however it does.
class Running {
 public:
  explicit Running(std::shared_ptr<Attempt>& place) : place_(place), attempt_(std::make_shared<Attempt>()) {
    place_ = attempt_;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    place_.reset();
    for (auto* timer : attempt_->waiting) timer->cancel();
  }
  void end(Result<void> outcome) { attempt_->outcome = std::move(outcome); }

 private:
  std::shared_ptr<Attempt>& place_;
  std::shared_ptr<Attempt> attempt_;
};

}  // namespace

StoreProbe::StoreProbe(ObjectStore& store, Clock& clock, StoreProbeOptions options)
    : state_(std::make_shared<State>(State{store, clock, options})) {}

StoreProbe::~StoreProbe() = default;

Task<Result<void>> StoreProbe::prove() {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto state = state_;
  for (;;) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return Error{Errc::cancelled, "cancelled before the store had proven that it can be written"};
    if (const auto known = state->answer()) co_return *known;
    if (const auto attempt = state->running) {
      Waiter waiter(attempt, co_await asio::this_coro::executor);
      co_await waiter.wait();
      if (attempt->outcome) co_return *attempt->outcome;
      continue;
    }
    Running running(state->running);
    const auto failures = state->failures;
    auto outcome = co_await write_proof(state->store, state->size);
    const bool cancelled_meanwhile = co_await is_cancelled();
    if (!outcome && cancelled_meanwhile) continue;
    if (outcome && failures != state->failures) continue;
    if (!outcome) outcome = not_bought(outcome.error());
    state->remember(outcome);
    running.end(outcome);
    co_return outcome;
  }
}

void StoreProbe::failed(std::size_t size_bytes) {
  ++state_->failures;
  state_->size = std::max(state_->size, std::min(size_bytes, kLargestProof));
  if (state_->known && state_->known->has_value()) state_->known.reset();
}

bool store_may_recover(const Error& error) noexcept {
  switch (error.code) {
    case Errc::storage_failed:
    case Errc::permission_denied:
    case Errc::quota_exceeded:
    case Errc::not_found:  // a bucket, a folder
    case Errc::unavailable:
    case Errc::rate_limited:
    case Errc::deadline_exceeded:
    case Errc::bad_answer:
    case Errc::internal:  // of a store that a host has made, whatever it was
      return true;
    default:
      return false;
  }
}

}  // namespace imagegen
