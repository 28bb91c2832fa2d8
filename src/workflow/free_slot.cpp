#include <imagegen/maker/core/shield.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/workflow/purchase.hpp>

#include "workflow/earlier_purchase.hpp"

namespace imagegen {
namespace {

Result<void> unblock(PurchaseServices& services, const std::string& job_id, const std::string& slot,
                     const std::string& master_key, const std::string& note) {
  const auto blocking = find_blocking(services.ledger, job_id, {slot, master_key});
  if (!blocking) return blocking.error();
  if (!*blocking) return {};
  Settlement settlement;
  settlement.note = note;
  settlement.blocks = false;
  settlement.actual = (*blocking)->actual, settlement.source = (*blocking)->actual_source;
  return services.ledger.settle((*blocking)->id, settlement, to_timestamp(services.clock.wall_now()));
}

}  // namespace

bool job_is_at_work(JobStore& jobs, const std::string& job_id) {
  const auto job = jobs.find(job_id);
  if (!job || !*job) return true;
  return (*job)->state == JobState::running && !worker_is_gone((*job)->worker);
}

Task<Result<void>> free_slot(PurchaseServices services, std::string job_id, std::string slot, std::string master_key,
                             std::string note) {
  auto call = [&] { return unblock(services, job_id, slot, master_key, note); };
  auto asking = services.pool.run(call);
  co_return co_await shielded(std::move(asking));
}

}  // namespace imagegen
