#pragma once
#include <imagegen/storage/object_store.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// Ways in which a store refuses to be written.
enum class StoreFault : std::uint8_t {
  disk_full,      ///< storage_failed: the disk, the quota or the bucket has no room.
  no_permission,  ///< permission_denied: 403
  expired_token,  ///< permission_denied: credentials that were good before
  rate_limited,   ///< rate_limited: 429, Retry-After 2 s
  slow_down,      ///< rate_limited: 503 SlowDown, Retry-After 5 s
  away,           ///< unavailable: no answer, nothing written
  lost_answer,    ///< unavailable: written, but the answer did not come
  too_large,      ///< limit_exceeded: 413
  no_condition,   ///< unsupported: 501 for `only_if_absent`; other puts succeed
};
inline constexpr std::size_t kStoreFaults = 9;  ///< So many faults there are, from disk_full on.

/// "disk_full" and so on, as they are written here.
std::string_view to_string(StoreFault fault) noexcept;

/// What the stores of this library say then.
Error error_of(StoreFault fault, std::string_view key);

/// Which puts fail, and how.
struct PutFaults {
  StoreFault fault = StoreFault::disk_full;     ///< What the puts are answered with.
  std::string prefix = {};                      ///< Of keys; empty: all.
  int times = std::numeric_limits<int>::max();  ///< So many puts, then it is over.
  std::size_t above_bytes = 0;                  ///< Only puts of more bytes.
};

/// A store in front of another, which it lets fail as told, and whose writes it remembers. For one thread at a time.
class FaultyStore final : public ObjectStore {
 public:
  /// \param inner Must outlive this.
  explicit FaultyStore(ObjectStore& inner) : inner_(inner) {}

  /// Asked before every call with its name ("put", "get", "head", "remove", "list") and key; an Error is what it
  /// answers.
  std::function<std::optional<Error>(std::string_view call, std::string_view key)> fault;
  /// Asked before every put, after `fault` and before the faults of fail_puts(), for tests that race with it.
  std::function<Task<void>(const ObjectKey& key)> before_put;
  std::vector<std::string> puts;  ///< Keys that were written, in order.
  int failed_puts = 0;            ///< How many puts were answered with an error by this store.

  /// From now on, on top of what was told before; of several that fit a put, the first counts.
  void fail_puts(PutFaults faults) { put_faults_.push_back(std::move(faults)); }
  /// Forgets what fail_puts() was told.
  void heal() { put_faults_.clear(); }

  StoreCapability capability() const override { return inner_.capability(); }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override;
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override;
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override;
  Task<Result<void>> remove(ObjectKey key) override;
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override;
  std::string url(const ObjectKey& key) const override { return inner_.url(key); }

 private:
  std::optional<Error> fault_for(std::string_view call, std::string_view key) const;
  std::optional<StoreFault> put_fault_for(const ObjectKey& key, std::size_t size_bytes, const PutOptions& options);
  ObjectStore& inner_;
  std::vector<PutFaults> put_faults_;
};

}  // namespace imagegen
