#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/storage/object_store.hpp>
#include <imagegen/workflow/contact_sheet.hpp>
#include <imagegen/workflow/heroes/hero_result.hpp>

namespace imagegen {

/// The contact sheet of a work item: every file of the result, made or found, read back from the store.
/// \param store, pool Outlive the task. \return Errors of ObjectStore::get(), and of decode_image().
Task<Result<ContactSheet>> hero_contact_sheet(ObjectStore& store, ThreadPool& pool, HeroResult result);

}  // namespace imagegen
