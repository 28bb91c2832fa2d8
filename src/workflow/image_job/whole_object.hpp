#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/storage/object_store.hpp>

// No picture is empty: an object without a byte is what a disk that was full, or a copy that broke off, has left under
// its name. It counts as absent, and is written over.
namespace imagegen {

// Whether there is an object with content.
Task<Result<bool>> has_content(ObjectStore& store, ObjectKey key);

// As a put with PutOptions::only_if_absent, which `options` need not say. \param data Outlives the call.
Task<Result<ObjectInfo>> put_if_absent(ObjectStore& store, ObjectKey key, ByteView data, PutOptions options);

}  // namespace imagegen
