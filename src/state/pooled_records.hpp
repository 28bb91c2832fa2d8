#pragma once
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/record/record_store.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace imagegen {

// A RecordStore over calls that block, which are worked on by the pool.
//
// `Records` has write(), find() and list() as a RecordStore has them, but without coroutines, and kAtomic for its
// capability. What runs on the pool holds it, because it may still run when the store has gone.
template <class Records>
class PooledRecords final : public RecordStore {
 public:
  PooledRecords(std::shared_ptr<Records> records, ThreadPool& pool) : records_(std::move(records)), pool_(pool) {}

  RecordCapability capability() const override { return {Records::kAtomic}; }

  Task<Result<std::vector<std::int64_t>>> write(std::vector<RecordChange> changes) override {
    auto work = [records = records_, changes = std::move(changes)]() mutable { return records->write(std::move(changes)); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<std::optional<Record>>> find(const RecordCollection& collection, std::string id) override {
    auto work = [records = records_, collection, id = std::move(id)] { return records->find(collection, id); };
    co_return co_await pool_.run(std::move(work));
  }
  Task<Result<RecordPage>> list(RecordQuery query) override {
    auto work = [records = records_, query = std::move(query)] { return records->list(query); };
    co_return co_await pool_.run(std::move(work));
  }

 private:
  const std::shared_ptr<Records> records_;
  ThreadPool& pool_;
};

}  // namespace imagegen
