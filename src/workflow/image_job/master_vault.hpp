#pragma once
#include <imagegen/storage/object_store.hpp>

#include "workflow/image_job/master_answer.hpp"

namespace imagegen {

// By its first bytes; "application/octet-stream" for what is none.
std::string content_type_of_picture(ByteView file);

// Keeps pictures that were paid for, below "masters/", in the store that the finished files go to.
class MasterVault {
 public:
  explicit MasterVault(ObjectStore& store) : store_(store) {}

  Task<Result<bool>> has(ObjectKey key);
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes);

  // Stores what has just been bought, whatever happens to the call meanwhile. When another run was first, its picture
  // is given back, to take the place of this one, so that all runs cut from the same.
  // \param file Borrowed until the task ends.
  Task<Result<std::optional<Bytes>>> keep(ObjectKey key, ByteView file, bool replace, std::size_t max_bytes);

  // What the answer told, beside the picture that it came with; nothing for a picture of an older version.
  Task<Result<void>> keep_answer(ObjectKey key, const MasterAnswer& answer);
  Task<Result<std::optional<MasterAnswer>>> answer(ObjectKey key, ByteView file);

  // Takes a picture and its answer away.
  Task<Result<void>> remove(ObjectKey key, ByteView file);

  // Moves a master that cannot be decoded to "masters/rejected/": it was paid for, so it is not thrown away, but the
  // next run may buy another.
  Task<Result<void>> reject(ObjectKey key, ByteView file);

 private:
  ObjectStore& store_;
};

}  // namespace imagegen
