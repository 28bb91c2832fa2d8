#include <imagegen/testing/faulty_store.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

namespace imagegen {
namespace {

struct Refusal {
  std::string_view name;
  Errc code;
  Retry retry;
  std::string_view words;
  std::chrono::seconds retry_after{0};  // 0: none
};

// As filesystem_handle.cpp and s3_failure.cpp have it, after their own attempts.
constexpr std::array<Refusal, kStoreFaults> kRefusals = {{
    {"disk_full", Errc::storage_failed, Retry::later, "write: No space left on device"},
    {"no_permission", Errc::permission_denied, Retry::never, "failed (403 AccessDenied)"},
    {"expired_token", Errc::permission_denied, Retry::never, "session_token has expired (400 ExpiredToken)"},
    {"rate_limited", Errc::rate_limited, Retry::exhausted, "failed (429)", std::chrono::seconds(2)},
    {"slow_down", Errc::rate_limited, Retry::exhausted, "failed (503 SlowDown)", std::chrono::seconds(5)},
    {"away", Errc::unavailable, Retry::exhausted, "connection refused"},
    {"lost_answer", Errc::unavailable, Retry::exhausted, "connection reset"},
    {"too_large", Errc::limit_exceeded, Retry::never, "the object is too large for one request (413)"},
    {"no_condition", Errc::unsupported, Retry::never, "the server does not know If-None-Match on PUT (501)"},
}};

const Refusal& refusal_of(StoreFault fault) {
  return kRefusals[static_cast<std::size_t>(fault)];
}

}  // namespace

std::string_view to_string(StoreFault fault) noexcept {
  return refusal_of(fault).name;
}

Error error_of(StoreFault fault, std::string_view key) {
  const auto& refusal = refusal_of(fault);
  Error error(refusal.code, "put " + std::string(key) + ": " + std::string(refusal.words));
  error.retry = refusal.retry;
  if (refusal.retry_after.count() > 0) error.retry_after = refusal.retry_after;
  const bool said_something = fault != StoreFault::disk_full && refusal.code != Errc::unavailable;
  if (said_something) error.delivery = Delivery::answered;
  if (fault == StoreFault::lost_answer) error.delivery = Delivery::unknown;
  return error;
}

std::optional<StoreFault> FaultyStore::put_fault_for(const ObjectKey& key, std::size_t size_bytes,
                                                     const PutOptions& options) {
  for (auto& faults : put_faults_) {
    const bool fits = faults.times > 0 && size_bytes > faults.above_bytes && key.str().starts_with(faults.prefix) &&
                      (faults.fault != StoreFault::no_condition || options.only_if_absent);
    if (!fits) continue;
    --faults.times;
    return faults.fault;
  }
  return std::nullopt;
}

std::optional<Error> FaultyStore::fault_for(std::string_view call, std::string_view key) const {
  return fault ? fault(call, key) : std::nullopt;
}

Task<Result<ObjectInfo>> FaultyStore::put(ObjectKey key, ByteView data, PutOptions options) {
  if (auto error = fault_for("put", key.str())) {
    ++failed_puts;
    co_return std::move(*error);
  }
  if (before_put) co_await before_put(key);
  const auto refused = put_fault_for(key, data.size(), options);
  if (refused) ++failed_puts;
  if (refused && *refused != StoreFault::lost_answer) co_return error_of(*refused, key.str());
  auto stored = co_await inner_.put(key, data, std::move(options));
  if (stored) puts.push_back(key.str());
  if (stored && refused) co_return error_of(*refused, key.str());
  co_return stored;
}

Task<Result<Bytes>> FaultyStore::get(ObjectKey key, std::size_t max_bytes) {
  if (auto error = fault_for("get", key.str())) co_return std::move(*error);
  co_return co_await inner_.get(std::move(key), max_bytes);
}

Task<Result<std::optional<ObjectInfo>>> FaultyStore::head(ObjectKey key) {
  if (auto error = fault_for("head", key.str())) co_return std::move(*error);
  co_return co_await inner_.head(std::move(key));
}

Task<Result<void>> FaultyStore::remove(ObjectKey key) {
  if (auto error = fault_for("remove", key.str())) co_return std::move(*error);
  co_return co_await inner_.remove(std::move(key));
}

Task<Result<std::vector<ObjectInfo>>> FaultyStore::list(std::string prefix, std::size_t limit, std::string after) {
  if (auto error = fault_for("list", prefix)) co_return std::move(*error);
  co_return co_await inner_.list(std::move(prefix), limit, std::move(after));
}

}  // namespace imagegen
