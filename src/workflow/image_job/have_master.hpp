#pragma once
#include <imagegen/spend/spool.hpp>
#include <imagegen/storage/object_store.hpp>
#include <imagegen/storage/store_probe.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "workflow/image_job/master_answer.hpp"

// The picture of one slot of a job: found where it is kept, taken out of the spool, or bought. What heroes and prompt
// jobs do alike before anything is cut or published.
namespace imagegen {

struct MasterServices {
  PurchaseServices purchase;
  ObjectStore& store;
  Spool* spool = nullptr;        // where a picture waits that no store takes; null: nowhere
  StoreProbe* probe = nullptr;   // proves the store before money is spent; null: it is trusted
  std::size_t max_bytes = 0;     // of a picture that is read back
};

// What a job needs of the services of its workflow, which have them under the same names.
template <class WorkflowServices>
MasterServices master_services(const WorkflowServices& services, JobStore* jobs, Places* places,
                               std::size_t max_bytes) {
  PurchaseServices purchase{.providers = services.providers,
                            .ledger = services.ledger,
                            .pool = services.pool,
                            .clock = services.clock,
                            .prices = services.prices,
                            .on_step = services.on_step,
                            .permits = services.permits,
                            .places = places,
                            .jobs = jobs};
  return {std::move(purchase), services.store, services.spool, services.probe, max_bytes};
}

struct MasterOrder {
  PurchaseOrder purchase;  // its master_key is where the picture is kept
  // Other keys under which it may be kept already; looked at after that one.
  std::vector<ObjectKey> also_kept_as = {};
  std::function<void()> on_buying = {};
};

struct Master {
  Bytes file;
  ObjectKey key;  // where it is kept
  MasterAnswer answer;
  std::shared_ptr<const Purchase> purchase = {};  // for one that was found: the row that blocks its slot; may be null
  bool bought_now = false;
  std::shared_ptr<void> place = {};    // among the pictures that are in memory
  std::optional<Error> not_kept = {};  // it is paid for and in memory, and lies in the spool at best
};

// Errors of buy_image() and of the store; their `delivery` and `retry` are the ledger's word, so those of a store that
// fails before anything was asked for say that nothing is owed.
Task<Result<Master>> have_master(MasterServices services, MasterOrder order);

// Whether the picture is kept under one of the keys, or lies in the spool for it.
Task<Result<bool>> is_kept(MasterServices services, std::vector<ObjectKey> keys);

// Brings the purchase of a picture that is kept to its end, where a crash has left it open: with what its answer told.
Task<Result<void>> close_kept(MasterServices services, std::string job_id, std::string slot, ObjectKey key);

// Moves a picture that cannot be used to "masters/rejected/", with its answer, and frees its slot: it was paid for, so
// it is not thrown away, but the next run may buy another. Returns what to tell of it.
Task<Error> reject_master(MasterServices services, const PurchaseOrder& order, Master master, Error why);

}  // namespace imagegen
