#include <imagegen/storage/write_once_store.hpp>

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace imagegen {
namespace {

// Of its own for each attempt: what another process puts or removes meanwhile must not decide it.
ObjectKey new_probe_key() {
  std::random_device device;
  Bytes id(8);
  std::generate(id.begin(), id.end(), [&] { return static_cast<std::uint8_t>(device()); });
  return ObjectKey::parse(std::string(kWriteOnceProbeKey) + to_hex(id)).value();
}

Error server_ignores() {
  return {Errc::unsupported,
          "the server ignores If-None-Match on PUT, so two runs could overwrite each other's pictures, and the "
          "configuration (s3.requireWriteOnce) requires that it does not"};
}

}  // namespace

WriteOnceStore::WriteOnceStore(std::unique_ptr<ObjectStore> inner, ExclusiveMarkers* markers)
    : inner_(std::move(inner)), markers_(markers) {}
WriteOnceStore::~WriteOnceStore() = default;

Task<Result<WriteOnce>> WriteOnceStore::find_out() {
  if (known_) co_return *known_;
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const auto key = new_probe_key();
  const auto content = to_bytes("imagegen finds out here whether an object can be overwritten. It may be deleted.\n");
  PutOptions options;
  options.content_type = "text/plain";
  options.only_if_absent = true;
  const auto first = co_await inner_->put(key, content, options);
  if (!first) co_return first.error();
  const auto second = co_await inner_->put(key, content, options);
  auto removing = inner_->remove(key);
  (void)co_await shielded(std::move(removing));
  if (!second && second.error().code != Errc::already_exists) co_return second.error();
  known_ = second ? WriteOnce::ignored : WriteOnce::kept;
  co_return *known_;
}

Task<Result<ObjectInfo>> WriteOnceStore::put(ObjectKey key, ByteView data, PutOptions options) {
  if (!options.only_if_absent) co_return co_await inner_->put(std::move(key), data, std::move(options));
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const auto once = co_await find_out();
  if (!once) co_return once.error();
  if (*once == WriteOnce::kept) co_return co_await inner_->put(std::move(key), data, std::move(options));
  if (markers_ == nullptr) co_return server_ignores();
  const auto marker = co_await markers_->enter(key.str());
  if (!marker) co_return in_context(marker.error(), "put " + key.str() + ": the marker that guards it");
  auto stored = co_await put_alone(std::move(key), data, std::move(options));
  auto leaving = markers_->leave(*marker);
  (void)co_await shielded(std::move(leaving));
  co_return stored;
}

Task<Result<ObjectInfo>> WriteOnceStore::put_alone(ObjectKey key, ByteView data, PutOptions options) {
  const auto there = co_await inner_->head(key);
  if (!there) co_return there.error();
  if (*there) co_return Error{Errc::already_exists, "put " + key.str() + ": the key is taken"};
  co_return co_await inner_->put(std::move(key), data, std::move(options));
}

}  // namespace imagegen
