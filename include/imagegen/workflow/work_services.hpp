#pragma once
#include <imagegen/core/places.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/asset/asset_store.hpp>
#include <imagegen/spend/spool.hpp>
#include <imagegen/storage/object_store.hpp>
#include <imagegen/storage/store_probe.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <cstdint>

namespace imagegen {

/// What every workflow works with; all of it must outlive the calls.
struct WorkServices {
  const ProviderSet& providers;       ///< See PurchaseServices.
  ObjectStore& store;                 ///< Where masters and finished files go.
  Ledger& ledger;                     ///< See PurchaseServices.
  ThreadPool& pool;                   ///< For pixels, and for calls of the stores that block.
  Clock& clock;                       ///< For deadlines, and the times in records.
  const PriceTable& prices;           ///< See PurchaseServices.
  StepHook on_step = {};              ///< See PurchaseServices.
  JobStore* jobs = nullptr;           ///< See PurchaseServices.
  PermitGate* permits = nullptr;      ///< See PurchaseServices.
  AssetStore* assets = nullptr;  ///< Where there is one, every stored file gets a record.
  /// Where there are some, a picture takes one while it is in memory: from being fetched until its files are stored.
  Places* places = nullptr;
  Spool* spool = nullptr;       ///< Where a paid picture waits that the store does not take; null: nowhere.
  StoreProbe* probe = nullptr;  ///< Proves the store before money is spent; null: it is trusted.
};

/// What files say about where they come from; see imagegen::Provenance.
enum class ProvenanceWish : std::uint8_t {
  none,      ///< Nothing. Many places have laws that ask for more.
  source,    ///< That a model made them.
  detailed,  ///< Also which model, and the SHA-256 of the prompt.
};

}  // namespace imagegen
