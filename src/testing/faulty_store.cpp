#include <imagegen/testing/faulty_store.hpp>

namespace imagegen {

std::optional<Error> FaultyStore::fault_for(std::string_view call, std::string_view key) const {
  return fault ? fault(call, key) : std::nullopt;
}

Task<Result<ObjectInfo>> FaultyStore::put(ObjectKey key, ByteView data, PutOptions options) {
  if (auto error = fault_for("put", key.str())) co_return std::move(*error);
  if (before_put) co_await before_put(key);
  auto stored = co_await inner_.put(key, data, std::move(options));
  if (stored) puts.push_back(key.str());
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
