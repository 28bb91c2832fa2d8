#include <imagegen/maker/workflow/interrupted.hpp>

#include <imagegen/maker/core/shield.hpp>

#include "workflow/image_job/have_master.hpp"
#include "workflow/image_job/master_vault.hpp"

namespace imagegen {
namespace {

// Whether the job of a purchase goes on with it now.
bool is_at_work(PurchaseServices& services, const Purchase& purchase) {
  return services.jobs != nullptr && job_is_at_work(*services.jobs, purchase.job_id);
}

class Interrupted {
 public:
  explicit Interrupted(MasterServices& services) : services_(services), vault_(services.store) {}

  Task<Result<int>> take_up() {
    int taken = 0;
    if (services_.spool != nullptr) {
      const auto emptied = co_await empty_spool();
      if (!emptied) co_return emptied.error();
      taken += *emptied;
    }
    for (const auto state : {PurchaseState::intended, PurchaseState::submitted}) {
      const auto settled = co_await settle_all(state);
      if (!settled) co_return settled.error();
      taken += *settled;
    }
    co_return taken;
  }

 private:
  static constexpr int kMostAtATime = 100;

  Task<Result<int>> empty_spool() {
    auto list = [this] { return services_.spool->list({kMostAtATime, {}}); };
    const auto page = co_await services_.purchase.pool.run(list);
    if (!page) co_return page.error();
    int taken = 0;
    for (const SpoolEntry& entry : page->pictures) {
      auto find = [&] { return services_.spool->find(entry.purchase_id); };
      const auto found = co_await services_.purchase.pool.run(find);
      if (!found || !*found) continue;
      const auto stored = co_await store(**found);
      if (!stored) co_return stored.error();
      auto remove = [&] { return services_.spool->remove(entry.purchase_id); };
      const auto removed = co_await services_.purchase.pool.run(remove);
      if (!removed) co_return removed.error();
      ++taken;
      if (co_await stopped()) break;
    }
    co_return taken;
  }

  // The rest is found again with the next start.
  static Task<bool> stopped() {
    const bool cancelled = co_await is_cancelled();
    co_return cancelled;
  }

  Task<Result<void>> store(const SpooledPicture& picture) {
    const auto answer = parse_master_answer(picture.about_json);
    if (answer) {
      const auto told = co_await vault_.keep_answer(picture.key, *answer);
      if (!told) co_return told.error();
    }
    const auto kept = co_await vault_.keep(picture.key, picture.file, false, services_.max_bytes);
    if (!kept) co_return kept.error();
    co_return Result<void>();
  }

  Task<Result<int>> settle_all(PurchaseState state) {
    LedgerQuery query;
    query.state = state, query.limit = kMostAtATime;
    auto list = [&] { return services_.purchase.ledger.list(query); };
    const auto open = co_await services_.purchase.pool.run(list);
    if (!open) co_return open.error();
    int settled = 0;
    for (const Purchase& purchase : open->purchases) {
      const auto key = ObjectKey::parse(purchase.master_key);
      if (!key) continue;  // of an older version: its own job finds it
      auto look = [&] { return is_at_work(services_.purchase, purchase); };
      if (co_await services_.purchase.pool.run(look)) continue;
      const auto done = co_await settle(purchase, *key);
      if (!done) co_return done.error();
      settled += *done ? 1 : 0;
      if (co_await stopped()) break;
    }
    co_return settled;
  }

  Task<Result<bool>> settle(const Purchase& purchase, const ObjectKey& key) {
    const auto is_there = co_await vault_.has(key);
    if (!is_there) co_return is_there.error();
    if (!*is_there) co_return false;
    const auto closed = co_await close_kept(services_, purchase.job_id, purchase.slot, key);
    if (!closed) co_return closed.error();
    co_return true;
  }

  MasterServices& services_;
  MasterVault vault_;
};

}  // namespace

Task<Result<int>> take_up_interrupted(WorkServices services, std::size_t max_bytes) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  services.places = nullptr;  // one picture at a time
  auto with = master_services(services, max_bytes);
  Interrupted interrupted(with);
  co_return co_await interrupted.take_up();
}

}  // namespace imagegen
