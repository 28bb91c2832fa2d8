#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/storage/object_store.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

/// \file Whether an object store can be written, found out before money is spent.
namespace imagegen {

/// Where the proof is written. What lies there may be deleted at any time.
inline constexpr std::string_view kStoreProbeKey = "masters/.writable";

/// How long StoreProbe believes what it has found out.
struct StoreProbeOptions {
  std::chrono::milliseconds good_for{60'000};  ///< How long a proof stands; at least 0.
  std::chrono::milliseconds bad_for{3'000};    ///< How long a failure is answered without asking again; at least 0.
};

/// Proves that a store takes what a purchase will put there. All calls on one executor, which must be one thread or a
/// strand; any number of coroutines may ask at once.
///
/// A proof is a conditional put of a small object, because masters are put so: a server that does not know the
/// condition is found. Where the key is taken (another process proves at this moment, or deleting is not allowed), an
/// overwriting put follows, because a refused condition may have written nothing. Then the object is removed; that
/// this is not allowed is no failure.
///
/// What it cannot tell: a store that takes a small object may refuse a larger one (413, a disk that is nearly full), or
/// the next one. Only the caller of failed() knows that.
class StoreProbe {
 public:
  /// \param store, clock must outlive this and its calls.
  StoreProbe(ObjectStore& store, Clock& clock, StoreProbeOptions options = {});
  ~StoreProbe();
  StoreProbe(const StoreProbe&) = delete;
  StoreProbe& operator=(const StoreProbe&) = delete;

  /// Succeeds when the store has just taken an object, or did within `good_for`; else asks it. Callers who come
  /// meanwhile wait for the same attempt; where the one that makes it is cancelled, another goes on.
  ///
  /// \return The store's own error, its message saying that nothing was bought. Its delivery is not_sent. Its retry is
  ///         `later` where store_may_recover(), else `never`. Errc::cancelled.
  Task<Result<void>> prove();

  /// Says that a real write has failed: the store has to prove itself again before anything more is bought, and with an
  /// object of that size, so that a disk that has room for small ones only proves nothing.
  ///
  /// \param size_bytes Of what was refused; more than 64 MiB is proven with 64 MiB. The largest counts, until a proof
  ///        succeeds.
  void failed(std::size_t size_bytes = 0);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared, because a coroutine that waits may be destroyed with its executor
};

/// Whether a put that failed so may succeed later without a change of the call, because a server, a network or an
/// operator mends something: no room, no permission, an expired token, a bucket that is missing, any trouble that
/// passes. A picture that is paid for waits for these. False for what is wrong with the call itself or beyond the
/// store: too large, a condition that the server does not know, an argument, a taken key; and for cancelled.
bool store_may_recover(const Error& error) noexcept;

}  // namespace imagegen
