#pragma once
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/permit_store.hpp>
#include <imagegen/record/record_store.hpp>

#include "state/mongo/database.hpp"

namespace imagegen::mongo {

std::unique_ptr<JobStore> make_job_store(std::shared_ptr<MongoDatabase> database);
std::unique_ptr<PermitStore> make_permit_store(std::shared_ptr<MongoDatabase> database);
std::unique_ptr<RecordStore> make_record_store(std::shared_ptr<MongoDatabase> database, ThreadPool& pool);

}  // namespace imagegen::mongo
