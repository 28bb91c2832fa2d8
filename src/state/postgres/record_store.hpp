#pragma once
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/record/record_store.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

/// \param pool Outlives the store; the server is asked on its threads.
std::unique_ptr<RecordStore> make_postgres_record_store(std::shared_ptr<PgDatabase> database, ThreadPool& pool);

}  // namespace imagegen::state
