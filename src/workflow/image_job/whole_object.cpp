#include "workflow/image_job/whole_object.hpp"

namespace imagegen {

namespace {

enum class Content { none, empty, some };

Task<Result<Content>> look(ObjectStore& store, ObjectKey key) {
  const auto info = co_await store.head(key);
  if (!info) co_return info.error();
  if (!*info) co_return Content::none;
  if ((*info)->size_bytes > 0) co_return Content::some;
  // Not every server tells the size.
  const auto got = co_await store.get(std::move(key), 1);
  if (got) co_return got->empty() ? Content::empty : Content::some;
  if (got.error().code == Errc::limit_exceeded) co_return Content::some;
  if (got.error().code == Errc::not_found) co_return Content::none;
  co_return got.error();
}

}  // namespace

Task<Result<bool>> has_content(ObjectStore& store, ObjectKey key) {
  const auto content = co_await look(store, std::move(key));
  if (!content) co_return content.error();
  co_return *content == Content::some;
}

Task<Result<ObjectInfo>> put_if_absent(ObjectStore& store, ObjectKey key, ByteView data, PutOptions options) {
  options.only_if_absent = true;
  auto put = co_await store.put(key, data, options);
  if (put || put.error().code != Errc::already_exists) co_return put;
  // One that is not there was removed meanwhile, or is hidden: whoever refused it knows why.
  const auto content = co_await look(store, key);
  if (!content) co_return content.error();
  if (*content != Content::empty) co_return put;
  options.only_if_absent = false;
  co_return co_await store.put(std::move(key), data, options);
}

}  // namespace imagegen
