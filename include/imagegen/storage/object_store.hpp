#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/object_key.hpp>
#include <imagegen/core/task.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace imagegen {

/// How an object is to be kept, and whether it may take another's place.
struct PutOptions {
  std::string content_type = "application/octet-stream";  ///< Printable ASCII, at most 1024 bytes.
  std::string cache_control;    ///< The same. Empty: none. Stores that keep no headers ignore it.
  bool only_if_absent = false;  ///< Errc::already_exists when the key is taken, decided in the same step as the write.
};

/// What a store knows of an object without its bytes.
struct ObjectInfo {
  std::string key;               ///< As it was put, without the store's own prefix.
  std::uint64_t size_bytes = 0;  ///< Of the content.
  std::string etag;              ///< Opaque; changes with the content.
  std::string content_type;      ///< Empty where a listing does not tell.
};

/// What a store can do, for those who would ask too much of it.
struct StoreCapability {
  std::string name;                 ///< "memory", "file", "s3"
  bool keeps_content_type = false;  ///< head() gives back what put() was told; else it is derived from the key.
  bool durable = false;             ///< A put() that returned survives a crash.
};

/// Where finished files go. All calls may be made from any coroutine, several at a time.
///
/// Under a key is nothing or a whole object, never a part. A put that failed or was killed leaves there what was there
/// before; or, where its outcome could not be known (an answer or the last sync was lost), the whole new object.
/// Errors: invalid_argument, already_exists, not_found, permission_denied, limit_exceeded, corrupt_data, unsupported,
/// rate_limited, unavailable, bad_answer, storage_failed, cancelled, deadline_exceeded.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// The same for as long as the store lives.
  virtual StoreCapability capability() const = 0;

  /// \param data Borrowed until the task ends.
  virtual Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) = 0;

  /// The whole object; Errc::not_found without one, Errc::limit_exceeded above `max_bytes`, Errc::corrupt_data when a
  /// store that keeps a digest finds that the content has changed.
  virtual Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) = 0;

  /// Nothing when there is no such object.
  virtual Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) = 0;

  /// Succeeds also when there was nothing.
  virtual Task<Result<void>> remove(ObjectKey key) = 0;

  /// Objects whose keys begin with `prefix`, in byte order, at most `limit`, those after the key `after`.
  virtual Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) = 0;

  /// Where a reader finds the object: the public base URL, file:///..., or memory:key. The key is percent-encoded in
  /// it.
  virtual std::string url(const ObjectKey& key) const = 0;
};

}  // namespace imagegen
