#include "workflow/image_job/have_master.hpp"

#include <imagegen/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/spend/spool.hpp>
#include <imagegen/storage/store_probe.hpp>
#include <imagegen/workflow/interrupted.hpp>

#include <algorithm>
#include <utility>

#include "workflow/image_job/master_vault.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;

// A store that fails before anything was asked for has no say about money.
Error nothing_owed(Error error) {
  error.delivery = Delivery::not_sent;
  error.billing = Billing::no;
  return error;
}

Result<std::optional<Purchase>> find_blocking(Ledger& ledger, const std::string& job_id, const std::string& slot,
                                              const std::string& key) {
  auto found = ledger.blocking(job_id, slot);
  if (found && !*found) found = ledger.blocking_master(key);
  return found;
}

// The row that blocks a slot or a picture; settled, where it was still open.
Result<std::optional<Purchase>> settle_kept(PurchaseServices& services, const std::string& job_id,
                                            const std::string& slot, const std::string& key,
                                            const MasterAnswer* answer) {
  auto& ledger = services.ledger;
  auto found = find_blocking(ledger, job_id, slot, key);
  if (!found || !*found || (*found)->state == PurchaseState::settled) return found;
  Settlement settlement;
  settlement.note = "its picture was found kept";
  if (answer != nullptr && answer->purchase_id == (*found)->id && answer->actual)
    settlement.actual = answer->actual, settlement.source = answer->source;
  const auto settled = ledger.settle((*found)->id, settlement, to_timestamp(services.clock.wall_now()));
  if (!settled) return settled.error();
  auto now = ledger.find((*found)->id);
  if (!now) return now.error();
  return std::optional(std::move(*now));
}

class MasterKeeper {
 public:
  MasterKeeper(MasterServices& services, MasterOrder& order)
      : services_(services),
        order_(order),
        vault_(services.store),
        key_(ObjectKey::parse(order.purchase.master_key).value()) {}

  Task<Result<Master>> have() {
    Backoff pace(milliseconds(200), milliseconds(5'000), 0);
    bool looked_again = false;
    for (int round = 1;; ++round) {
      auto kept = co_await find();
      if (!kept) co_return nothing_owed(kept.error());
      if (*kept) co_return std::move(**kept);
      auto bought = co_await buy();
      if (bought) co_return bought;
      // Somebody may have kept and settled it since we looked.
      if (bought.error().code == Errc::conflict && !std::exchange(looked_again, true)) continue;
      if (bought.error().code != Errc::already_exists) co_return bought;
      // Somebody else buys the same picture: it is waited for, and taken when it is there.
      const auto slept = co_await sleep_for(clock(), pace.delay(round), order_.purchase.deadline);
      if (!slept) co_return bought;
    }
  }

 private:
  Clock& clock() const { return services_.purchase.clock; }
  ThreadPool& pool() const { return services_.purchase.pool; }

  Task<Result<std::optional<Master>>> find() {
    std::vector<ObjectKey> keys{key_};
    keys.insert(keys.end(), order_.also_kept_as.begin(), order_.also_kept_as.end());
    for (const ObjectKey& key : keys) {
      auto found = co_await kept_as(key);
      if (!found || *found) co_return found;
    }
    co_return co_await spooled();
  }

  Task<Result<std::optional<Master>>> kept_as(ObjectKey key) {
    const auto is_there = co_await vault_.has(key);
    if (!is_there) co_return is_there.error();
    if (!*is_there) co_return std::optional<Master>();
    std::shared_ptr<void> place;
    if (auto* places = services_.purchase.places) {
      auto taken = co_await places->take();
      if (!taken) co_return taken.error();
      place = std::move(*taken);
    }
    auto file = co_await vault_.get(key, services_.max_bytes);
    if (!file && file.error().code == Errc::not_found) co_return std::optional<Master>();
    if (!file) co_return in_context(file.error(), "the kept master " + key.str());
    auto answer = co_await vault_.answer(key, *file);
    if (!answer) co_return answer.error();
    Master master{std::move(*file), std::move(key), {}};
    master.place = std::move(place);
    co_return co_await closed(std::move(master), std::move(*answer));
  }

  // Closes what a crash between storing a picture and settling it left open, with what its answer told.
  Task<Result<std::optional<Master>>> closed(Master master, std::optional<MasterAnswer> answer) {
    auto close = [this, &master, &answer] { return close_purchase(master.key, answer); };
    auto purchase = co_await pool().run(close);
    if (!purchase) co_return purchase.error();
    if (answer)
      master.answer = std::move(*answer);
    else
      master.answer = answer_of_old(services_.purchase, order_.purchase, *purchase);
    if (*purchase) master.purchase = std::make_shared<const Purchase>(std::move(**purchase));
    master.answer.sha256 = to_hex(sha256(master.file));
    co_return std::optional(std::move(master));
  }

  Result<std::optional<Purchase>> close_purchase(const ObjectKey& key, const std::optional<MasterAnswer>& answer) {
    return settle_kept(services_.purchase, order_.purchase.job_id, order_.purchase.slot, key.str(),
                       answer ? &*answer : nullptr);
  }

  Task<Result<std::optional<Master>>> spooled() {
    if (services_.spool == nullptr) co_return std::optional<Master>();
    auto look = [this] { return services_.spool->find_key(key_); };
    auto found = co_await pool().run(look);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<Master>();
    SpooledPicture& picture = **found;
    auto answer = parse_master_answer(picture.about_json);
    if (!answer) co_return in_context(answer.error(), services_.spool->description());
    auto storing = store_both(picture.file, *answer);
    auto stored = co_await shielded(std::move(storing));
    Master master{stored && *stored ? std::move(**stored) : std::move(picture.file), key_, {}};
    if (stored) {
      auto forget = [this, &picture] { return services_.spool->remove(picture.purchase_id); };
      static_cast<void>(co_await pool().run(forget));  // found again, it is put where it is already
    } else {
      master.not_kept = nothing_owed(in_context(stored.error(), "a picture of " + services_.spool->description()));
    }
    co_return co_await closed(std::move(master), std::move(*answer));
  }

  bool costs_money() const {
    const auto& route = order_.purchase.route.order;
    const auto paid = [this](const ProviderModel& asked) {
      const auto* provider = services_.purchase.providers.find(asked.provider);
      return provider != nullptr && provider->capability().paid;
    };
    return route.empty() ? paid({}) : std::any_of(route.begin(), route.end(), paid);
  }

  Task<Result<Master>> buy() {
    if (order_.on_buying) order_.on_buying();
    if (services_.probe != nullptr && costs_money()) {
      const auto proven = co_await services_.probe->prove();
      if (!proven) co_return nothing_owed(proven.error());
    }
    KeepImage keep = [this](const BoughtImage& bought) { return keep_bought(bought); };
    auto bought = co_await buy_image(services_.purchase, order_.purchase, std::move(keep));
    if (!bought && !made_) co_return bought.error();
    made_->bought_now = true;
    if (made_->file.empty() && bought) made_->file = std::move(bought->image.file);
    if (made_->file.empty()) {
      auto kept = co_await vault_.get(key_, services_.max_bytes);
      if (!kept) co_return bought.error();
      made_->file = std::move(*kept);
    }
    // Paid for and in memory: what is made of it can be made.
    if (!bought && !made_->not_kept) made_->not_kept = in_context(bought.error(), "the purchase could not be booked");
    co_return std::move(*made_);
  }

  // The answer goes first: a picture that is there has one.
  Task<Result<std::optional<Bytes>>> store_both(ByteView file, const MasterAnswer& answer) {
    auto told = co_await vault_.keep_answer(key_, answer);
    if (!told) co_return told.error();
    co_return co_await vault_.keep(key_, file, false, services_.max_bytes);
  }

  // As long as it may get better and there is time: the picture is in memory and nowhere else.
  Task<Result<void>> keep_bought(const BoughtImage& bought) {
    const auto answer = answer_of(bought);
    made_.emplace(Master{{}, key_, answer});  // the bytes are not copied for as long as all goes well
    made_->place = bought.place;
    Backoff pace(milliseconds(100), milliseconds(10'000), 0);
    for (int attempt = 1;; ++attempt) {
      auto storing = store_both(bought.image.file, answer);
      auto stored = co_await shielded(std::move(storing));
      if (stored) {
        made_->not_kept.reset();
        if (*stored) co_return co_await take_other(std::move(**stored));
        co_return Result<void>();
      }
      if (services_.probe != nullptr) services_.probe->failed(bought.image.file.size());
      made_->not_kept = stored.error();
      const bool cancelled = co_await is_cancelled();
      if (cancelled || !store_may_recover(stored.error())) break;
      const auto slept = co_await sleep_for(clock(), pace.delay(attempt, stored.error().retry_after), bought.deadline);
      if (!slept) break;
    }
    co_return co_await put_aside(bought, answer);
  }

  // Another run was first: all of them cut from the picture that is kept, and say so.
  Task<Result<void>> take_other(Bytes file) {
    auto answer = co_await vault_.answer(key_, file);
    if (answer && *answer) made_->answer = **answer;
    made_->answer.sha256 = to_hex(sha256(file));
    made_->file = std::move(file);
    co_return Result<void>();
  }

  // The store takes nothing: the next run finds it in the spool.
  Task<Result<void>> put_aside(const BoughtImage& bought, const MasterAnswer& answer) {
    const Error why = *made_->not_kept;
    made_->file = bought.image.file;
    if (services_.spool == nullptr) co_return why;
    SpooledPicture picture{bought.from->purchase.id, key_, content_type_of_picture(bought.image.file), to_json(answer),
                           bought.image.file};
    auto put = [this, &picture] { return services_.spool->put(picture); };
    auto putting = pool().run(put);
    const auto spooled = co_await shielded(std::move(putting));
    if (!spooled) co_return in_context(why, "neither the store nor the spool (" + spooled.error().message + ") took it");
    made_->not_kept->message =
        "the store did not take it, so it lies in " + services_.spool->description() +
        ", and the next run will take it from there: " + why.message;
    co_return Result<void>();
  }

  MasterServices& services_;
  MasterOrder& order_;
  MasterVault vault_;
  ObjectKey key_;
  std::optional<Master> made_;  // once something was bought
};

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

Task<Result<Master>> have_master(MasterServices services, MasterOrder order) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  MasterKeeper keeper(services, order);
  co_return co_await keeper.have();
}

Task<Result<bool>> is_kept(MasterServices services, std::vector<ObjectKey> keys) {
  MasterVault vault(services.store);
  for (const ObjectKey& key : keys) {
    const auto kept = co_await vault.has(key);
    if (!kept || *kept) co_return kept;
    if (services.spool == nullptr) continue;
    auto look = [&]() -> Result<bool> {
      const auto found = services.spool->find_key(key);
      if (!found) return found.error();
      return found->has_value();
    };
    const auto spooled = co_await services.purchase.pool.run(look);
    if (!spooled || *spooled) co_return spooled;
  }
  co_return false;
}

Task<Result<void>> close_kept(MasterServices services, std::string job_id, std::string slot, ObjectKey key) {
  auto look = [&]() -> Result<bool> {
    const auto found = find_blocking(services.purchase.ledger, job_id, slot, key.str());
    if (!found) return found.error();
    return *found && (*found)->state != PurchaseState::settled;
  };
  const auto is_open = co_await services.purchase.pool.run(look);
  if (!is_open) co_return is_open.error();
  if (!*is_open) co_return Result<void>();
  MasterVault vault(services.store);
  const auto file = co_await vault.get(key, services.max_bytes);
  if (!file && file.error().code == Errc::not_found) co_return Result<void>();  // in the spool: have_master() brings it
  if (!file) co_return file.error();
  const auto answer = co_await vault.answer(key, *file);
  if (!answer) co_return answer.error();
  auto close = [&] {
    return settle_kept(services.purchase, job_id, slot, key.str(), *answer ? &**answer : nullptr);
  };
  const auto closed = co_await services.purchase.pool.run(close);
  if (!closed) co_return closed.error();
  co_return Result<void>();
}

Task<Error> reject_master(MasterServices services, const PurchaseOrder& order, Master master, Error why) {
  MasterVault vault(services.store);
  why.message = "the master " + shown(master.key.str()) + " cannot be used: " + why.message;
  const auto moved = co_await vault.reject(master.key, master.file);
  const auto freed = co_await free_slot(services.purchase, order.job_id, order.slot, order.master_key, why.message);
  if (!freed) why.message += "; the purchase is still booked (" + freed.error().message + ")";
  why.message += moved ? "; it was moved to masters/rejected/, and the next run will get another"
                       : "; it could not be moved away: delete it to get another";
  co_return why;
}

Task<Result<int>> take_up_interrupted(PromptServices services, std::size_t max_bytes) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  auto with = master_services(services, &services.jobs, nullptr, max_bytes);
  Interrupted interrupted(with);
  co_return co_await interrupted.take_up();
}

}  // namespace imagegen
