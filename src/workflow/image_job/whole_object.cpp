#include "workflow/image_job/whole_object.hpp"

namespace imagegen {

Task<Result<bool>> has_content(ObjectStore& store, ObjectKey key) {
  const auto info = co_await store.head(key);
  if (!info) co_return info.error();
  if (!*info) co_return false;
  if ((*info)->size_bytes > 0) co_return true;
  // Not every server tells the size.
  const auto got = co_await store.get(std::move(key), 1);
  if (got) co_return !got->empty();
  if (got.error().code == Errc::limit_exceeded) co_return true;
  if (got.error().code == Errc::not_found) co_return false;
  co_return got.error();
}

Task<Result<ObjectInfo>> put_if_absent(ObjectStore& store, ObjectKey key, ByteView data, PutOptions options) {
  options.only_if_absent = true;
  auto put = co_await store.put(key, data, options);
  if (put || put.error().code != Errc::already_exists) co_return put;
  const auto is_whole = co_await has_content(store, key);
  if (!is_whole) co_return is_whole.error();
  if (*is_whole) co_return put;
  options.only_if_absent = false;
  co_return co_await store.put(std::move(key), data, options);
}

}  // namespace imagegen
