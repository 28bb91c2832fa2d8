#pragma once
#include <imagegen/spend/spool.hpp>
#include <imagegen/storage/object_store.hpp>
#include <imagegen/storage/store_probe.hpp>
#include <imagegen/workflow/work_services.hpp>

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

MasterServices master_services(const WorkServices& services, std::size_t max_bytes);

struct MasterOrder {
  PurchaseOrder purchase;  // its master_key, and those of its further places, are where the pictures are kept
  // Other keys under which the picture of the first place may be kept already; looked at after that one.
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

// The same for all places of the order, in their order. What is kept is taken, and the rest bought at once; every picture
// that is paid for lands under the key of its place, also beside one that failed. Errc::bad_answer for a place for which
// the provider made none.
Task<std::vector<Result<Master>>> have_masters(MasterServices services, MasterOrder order);

// Whether the picture is kept under one of the keys, or lies in the spool for it.
Task<Result<bool>> is_kept(MasterServices services, std::vector<ObjectKey> keys);

// Brings the purchase of a picture that is kept to its end, where a crash has left it open: with what its answer told.
Task<Result<void>> close_kept(MasterServices services, std::string job_id, std::string slot, ObjectKey key);

// Moves a picture that cannot be used to "masters/rejected/", with its answer, and frees its slot: it was paid for, so
// it is not thrown away, but the next run may buy another. Returns what to tell of it.
Task<Error> reject_master(MasterServices services, const PurchaseOrder& order, Master master, Error why);

}  // namespace imagegen
