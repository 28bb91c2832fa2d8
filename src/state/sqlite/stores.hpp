#pragma once
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/permit_store.hpp>
#include <imagegen/record/record_store.hpp>
#include <imagegen/spend/ledger.hpp>

#include <memory>

#include "state/sqlite/database.hpp"

namespace imagegen::sqlite {

// The stores of one open file.
std::unique_ptr<JobStore> make_job_store(std::shared_ptr<Database> database);
std::unique_ptr<PermitStore> make_permit_store(std::shared_ptr<Database> database);
std::unique_ptr<Ledger> make_ledger(std::shared_ptr<Database> database);
// \param pool Outlives the store.
std::unique_ptr<RecordStore> make_record_store(std::shared_ptr<Database> database, ThreadPool& pool);

}  // namespace imagegen::sqlite
