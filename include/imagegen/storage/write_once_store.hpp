#pragma once
#include <imagegen/storage/object_store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file Writing once where a server may not keep its promise of it.
namespace imagegen {

/// Lets one at a time in, over all processes that share it.
class ExclusiveMarkers {
 public:
  virtual ~ExclusiveMarkers() = default;
  /// Waits until nobody else has the marker of this name, and takes it. \return What leave() is given.
  /// Errc::unavailable when it is not had in time; the errors of where markers are kept.
  virtual Task<Result<std::string>> enter(std::string name) = 0;
  /// Lets the next one in. \param marker What enter() gave. Errors of where markers are kept.
  virtual Task<Result<void>> leave(std::string marker) = 0;
};

/// What a server does with a put that is `only_if_absent`.
enum class WriteOnce : std::uint8_t {
  kept,     ///< A put that is only_if_absent is refused where the key is taken.
  ignored,  ///< The server overwrites, as if nothing had been asked.
};

/// What is put before the random part of the keys with which it is found out.
inline constexpr std::string_view kWriteOnceProbeKey = "masters/.writable-";

/// A store over another whose server may ignore `only_if_absent`: S3-compatible ones that do not know If-None-Match
/// answer as if the key had been free. With the first such put, or find_out(), it is found out, once: a small object is
/// put twice under a key of its own, and removed.
///
/// Where the server ignores it, one writer of a key at a time is let in by a marker, looks whether the key is taken,
/// and puts. That holds among all who share the markers, and nobody else. All calls on one executor.
class WriteOnceStore final : public ObjectStore {
 public:
  /// \param markers Null: on a server that ignores the condition, conditional puts are Errc::unsupported. Else it must
  ///        outlive this.
  WriteOnceStore(std::unique_ptr<ObjectStore> inner, ExclusiveMarkers* markers);
  ~WriteOnceStore() override;

  /// Asks the server the first time; afterwards it is known. Errors are those of a put, and leave it unknown.
  Task<Result<WriteOnce>> find_out();

  StoreCapability capability() const override { return inner_->capability(); }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override;
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    return inner_->get(std::move(key), max_bytes);
  }
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override { return inner_->head(std::move(key)); }
  Task<Result<void>> remove(ObjectKey key) override { return inner_->remove(std::move(key)); }
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    return inner_->list(std::move(prefix), limit, std::move(after));
  }
  std::string url(const ObjectKey& key) const override { return inner_->url(key); }

 private:
  Task<Result<ObjectInfo>> put_alone(ObjectKey key, ByteView data, PutOptions options);

  std::unique_ptr<ObjectStore> inner_;
  ExclusiveMarkers* markers_;
  std::optional<WriteOnce> known_;
};

}  // namespace imagegen
