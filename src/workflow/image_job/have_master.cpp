#include "workflow/image_job/have_master.hpp"

#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/spend/spool.hpp>
#include <imagegen/storage/store_probe.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "workflow/buy_borrowed.hpp"
#include "workflow/earlier_purchase.hpp"
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

// The row that blocks a slot or a picture; settled, where it was still open.
Result<std::optional<Purchase>> settle_kept(PurchaseServices& services, const std::string& job_id,
                                            const std::string& slot, const std::string& key,
                                            const MasterAnswer* answer) {
  auto& ledger = services.ledger;
  auto found = find_blocking(ledger, job_id, {slot, key});
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
      : services_(services), order_(order), vault_(services.store) {
    const auto add = [this](const std::string& slot, const std::string& key) {
      places_.push_back({slot, ObjectKey::parse(key).value()});
    };
    places_.reserve(1 + order.purchase.also.size());
    add(order.purchase.slot, order.purchase.master_key);
    for (const PurchasePlace& place : order.purchase.also) add(place.slot, place.master_key);
  }

  Task<std::vector<Result<Master>>> have() {
    const auto had = co_await have_all();
    const auto found = co_await find_all([](const Place& place) { return place.is_let_go; });
    std::vector<Result<Master>> masters;
    for (Place& place : places_) {
      if (place.master) {
        if (!place.master->place) place.master->place = place_;
        masters.emplace_back(std::move(*place.master));
      } else if (place.is_let_go && !found) {
        masters.emplace_back(nothing_owed(found.error()));
      } else {
        masters.emplace_back(had ? none_came(place) : had.error());
      }
    }
    co_return masters;
  }

 private:
  struct Place {
    std::string slot;
    ObjectKey key;
    std::unique_ptr<Master> master = {};  // once it is had; thousands of them are waited for
    bool is_let_go = false;   // it was found, and is read again when the others are there
    bool is_covered = false;  // by a purchase of this call: nothing more comes of another

    bool is_open() const { return !master && !is_let_go && !is_covered; }
  };
  // A picture that was bought now.
  struct Made {
    std::size_t image;  // among those that came
    Master master;      // its bytes are not copied for as long as all goes well
  };

  Clock& clock() const { return services_.purchase.clock; }
  ThreadPool& pool() const { return services_.purchase.pool; }

  static Error none_came(const Place& place) {
    Error error(Errc::bad_answer, "slot " + place.slot + ": the provider made fewer pictures than were asked for");
    error.delivery = Delivery::answered, error.billing = Billing::yes;
    return error;
  }

  Task<Result<void>> have_all() {
    Backoff pace(milliseconds(200), milliseconds(5'000), 0);
    bool looked_again = false;
    for (int round = 1;; ++round) {
      const auto looked = co_await find_all(&Place::is_open);
      if (!looked) co_return nothing_owed(looked.error());
      if (is_over()) co_return Result<void>();
      let_go();
      const auto bought = co_await buy();
      if (bought && !is_over()) continue;
      if (bought) co_return bought;
      // Somebody may have kept and settled it since we looked.
      if (bought.error().code == Errc::conflict && !std::exchange(looked_again, true)) continue;
      if (bought.error().code != Errc::already_exists) co_return bought;
      // Somebody else buys the same picture: it is waited for, and taken when it is there.
      const auto slept = co_await sleep_for(clock(), pace.delay(round), order_.purchase.deadline);
      if (!slept) co_return bought;
    }
  }

  bool is_over() const { return std::ranges::none_of(places_, &Place::is_open); }

  // What was found is not in memory while the rest is waited for.
  void let_go() {
    for (Place& place : places_)
      if (place.master && !place.master->bought_now) place.master.reset(), place.is_let_go = true;
    place_.reset();
  }

  template <class Wanted>
  Task<Result<void>> find_all(Wanted wanted) {
    for (Place& place : places_) {
      if (!std::invoke(wanted, place)) continue;
      auto found = co_await find(place);
      if (!found) co_return found.error();
      if (*found) place.master = std::make_unique<Master>(std::move(**found)), place.is_let_go = false;
    }
    co_return Result<void>();
  }

  Task<Result<std::optional<Master>>> find(const Place& place) {
    std::vector<ObjectKey> keys{place.key};
    if (&place == &places_.front()) keys.insert(keys.end(), order_.also_kept_as.begin(), order_.also_kept_as.end());
    for (const ObjectKey& key : keys) {
      auto found = co_await kept_as(place, key);
      if (!found || *found) co_return found;
    }
    co_return co_await spooled(place);
  }

  Task<Result<std::optional<Master>>> kept_as(const Place& at, ObjectKey key) {
    const auto is_there = co_await vault_.has(key);
    if (!is_there) co_return is_there.error();
    if (!*is_there) co_return std::optional<Master>();
    const auto placed = co_await take_place();
    if (!placed) co_return placed.error();
    auto file = co_await vault_.get(key, services_.max_bytes);
    if (!file && file.error().code == Errc::not_found) co_return std::optional<Master>();
    if (!file) co_return in_context(file.error(), "the kept master " + key.str());
    auto answer = co_await vault_.answer(key, *file);
    if (!answer) co_return answer.error();
    Master master{std::move(*file), std::move(key), {}};
    master.place = place_;
    co_return co_await closed(at, std::move(master), std::move(*answer));
  }

  // The pictures of an order share one place: who has one and waits for another may wait for somebody who does the same.
  Task<Result<void>> take_place() {
    for (const Place& place : places_)
      if (place.master && place.master->place) place_ = place.master->place;
    if (services_.purchase.places == nullptr || place_) co_return Result<void>();
    auto taken = co_await services_.purchase.places->take();
    if (!taken) co_return taken.error();
    place_ = std::move(*taken);
    co_return Result<void>();
  }

  // Closes what a crash between storing a picture and settling it left open, with what its answer told.
  Task<Result<std::optional<Master>>> closed(const Place& at, Master master, std::optional<MasterAnswer> answer) {
    auto close = [this, &at, &master, &answer] {
      return settle_kept(services_.purchase, order_.purchase.job_id, at.slot, master.key.str(),
                         answer ? &*answer : nullptr);
    };
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

  Task<Result<std::optional<Master>>> spooled(const Place& at) {
    if (services_.spool == nullptr) co_return std::optional<Master>();
    auto look = [this, &at] { return services_.spool->find_key(at.key); };
    auto found = co_await pool().run(look);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<Master>();
    const auto placed = co_await take_place();
    if (!placed) co_return placed.error();
    SpooledPicture& picture = **found;
    auto answer = parse_master_answer(picture.about_json);
    if (!answer) co_return in_context(answer.error(), services_.spool->description());
    auto storing = store_both(at.key, picture.file, *answer);
    auto stored = co_await shielded(std::move(storing));
    Master master{stored && *stored ? std::move(**stored) : std::move(picture.file), at.key, {}};
    if (stored) {
      auto forget = [this, &picture] { return services_.spool->remove(picture.purchase_id); };
      static_cast<void>(co_await pool().run(forget));  // found again, it is put where it is already
    } else {
      master.not_kept = nothing_owed(in_context(stored.error(), "a picture of " + services_.spool->description()));
    }
    master.place = place_;
    co_return co_await closed(at, std::move(master), std::move(*answer));
  }

  bool costs_money() const {
    const auto& route = order_.purchase.route.order;
    const auto paid = [this](const ProviderModel& asked) {
      const auto* provider = services_.purchase.providers.find(asked.provider);
      return provider != nullptr && provider->capability().paid;
    };
    return route.empty() ? paid({}) : std::any_of(route.begin(), route.end(), paid);
  }

  // Leaves the places that are still open in the order.
  void order_the_rest() {
    auto& order = order_.purchase;
    order.also.clear();
    bool is_first = true;
    for (const Place& place : places_) {
      if (!place.is_open()) continue;
      if (std::exchange(is_first, false))
        order.slot = place.slot, order.master_key = place.key.str();
      else
        order.also.push_back({place.slot, place.key.str()});
    }
    order.request.count = 1 + static_cast<int>(order.also.size());
    if (const auto seed = order.seeds.find(order.slot); seed != order.seeds.end()) order.request.seed = seed->second;
  }

  // What a purchase was made for, which may have been begun for more places than are ordered now, or for fewer.
  void cover(const Purchase& purchase) {
    const auto filled = places_of(purchase);
    for (Place& place : places_) {
      const bool is_ours = purchase.job_id == order_.purchase.job_id;
      const auto fills = [&](const PurchasePlace& one) {
        return one.master_key == place.key.str() || (is_ours && one.slot == place.slot);
      };
      if (std::ranges::any_of(filled, fills)) place.is_covered = true;
    }
    // It was found by one of its places; were it not so, a round more would find it again.
    if (std::ranges::none_of(places_, &Place::is_covered))
      for (Place& place : places_) place.is_covered = true;
  }

  Task<Result<void>> buy() {
    if (order_.on_buying) order_.on_buying();
    if (services_.probe != nullptr && costs_money()) {
      const auto proven = co_await services_.probe->prove();
      if (!proven) co_return nothing_owed(proven.error());
    }
    order_the_rest();
    KeepImage keep = [this](const BoughtImage& bought) { return keep_bought(bought); };
    auto bought = co_await buy_borrowed(services_.purchase, order_.purchase, keep);
    if (!bought && made_.empty()) co_return bought.error();
    if (bought) cover(bought->from->purchase);
    const bool all_kept = std::ranges::none_of(made_, [](const Made& made) { return made.master.not_kept.has_value(); });
    for (Made& made : made_) {
      Master& master = made.master;
      master.bought_now = true;
      if (master.file.empty() && bought) master.file = std::move(bought->images[made.image].file);
      if (master.file.empty()) {
        auto kept = co_await vault_.get(master.key, services_.max_bytes);
        if (!kept) continue;
        master.file = std::move(*kept);
      }
      // Paid for and in memory: what is made of it can be made.
      if (!bought && all_kept) master.not_kept = in_context(bought.error(), "the purchase could not be booked");
      put_into_place(std::move(master));
    }
    made_.clear();
    if (!bought && !is_over()) co_return bought.error();
    co_return Result<void>();
  }

  void put_into_place(Master master) {
    const auto place = std::ranges::find(places_, master.key, &Place::key);
    if (place != places_.end() && !place->master) place->master = std::make_unique<Master>(std::move(master));
  }

  // The answer goes first: a picture that is there has one.
  Task<Result<std::optional<Bytes>>> store_both(ObjectKey key, ByteView file, const MasterAnswer& answer) {
    auto told = co_await vault_.keep_answer(key, answer);
    if (!told) co_return told.error();
    co_return co_await vault_.keep(key, file, false, services_.max_bytes);
  }

  // Where a picture of a purchase belongs, whatever this order asks for: it may have been begun for more places, or fewer.
  ObjectKey key_for(const Purchase& purchase, std::size_t image) const {
    const auto places = places_of(purchase);
    if (image < places.size() && !places[image].master_key.empty())
      if (auto key = ObjectKey::parse(places[image].master_key)) return std::move(*key);
    if (image == 0) return places_.front().key;
    return ObjectKey::parse("masters/further/" + to_hex(sha256(purchase.id)).substr(0, 32) + "-" + std::to_string(image))
        .value();
  }

  // All that came, also beside one that no store takes.
  Task<Result<void>> keep_bought(const BoughtImage& bought) {
    made_.clear();
    Result<void> all;
    for (std::size_t image = 0; image < bought.images.size(); ++image) {
      const auto kept = co_await keep_one(bought, image);
      if (!kept) all = kept.error();
    }
    co_return all;
  }

  // As long as it may get better and there is time: the picture is in memory and nowhere else.
  Task<Result<void>> keep_one(const BoughtImage& bought, std::size_t image) {
    const auto answer = answer_of(bought, image);
    const auto& file = bought.images[image].file;
    made_.push_back({image, Master{{}, key_for(bought.from->purchase, image), answer}});
    Master& made = made_.back().master;
    made.place = place_ ? place_ : bought.place;
    Backoff pace(milliseconds(100), milliseconds(10'000), 0);
    for (int attempt = 1;; ++attempt) {
      auto storing = store_both(made.key, file, answer);
      auto stored = co_await shielded(std::move(storing));
      if (stored) {
        made.not_kept.reset();
        if (*stored) co_await take_other(made, std::move(**stored));
        co_return Result<void>();
      }
      if (services_.probe != nullptr) services_.probe->failed(file.size());
      made.not_kept = stored.error();
      const bool cancelled = co_await is_cancelled();
      if (cancelled || !store_may_recover(stored.error())) break;
      const auto slept = co_await sleep_for(clock(), pace.delay(attempt, stored.error().retry_after), bought.deadline);
      if (!slept) break;
    }
    co_return co_await put_aside(made, bought, image, answer);
  }

  // Another run was first: all of them cut from the picture that is kept, and say so.
  Task<void> take_other(Master& made, Bytes file) {
    auto answer = co_await vault_.answer(made.key, file);
    if (answer && *answer) made.answer = **answer;
    made.answer.sha256 = to_hex(sha256(file));
    made.file = std::move(file);
  }

  // The store takes nothing: the next run finds it in the spool.
  Task<Result<void>> put_aside(Master& made, const BoughtImage& bought, std::size_t image, const MasterAnswer& answer) {
    const Error why = *made.not_kept;
    made.file = bought.images[image].file;
    if (services_.spool == nullptr) co_return why;
    // One entry for each picture of the purchase.
    const auto id = bought.from->purchase.id + (image == 0 ? std::string() : "+" + std::to_string(image));
    SpooledPicture picture{id, made.key, content_type_of_picture(made.file), to_json(answer), made.file};
    auto put = [this, &picture] { return services_.spool->put(picture); };
    auto putting = pool().run(put);
    const auto spooled = co_await shielded(std::move(putting));
    if (!spooled) co_return in_context(why, "neither the store nor the spool (" + spooled.error().message + ") took it");
    made.not_kept->message = "the store did not take it, so it lies in " + services_.spool->description() +
                             ", and the next run will take it from there: " + why.message;
    co_return Result<void>();
  }

  MasterServices& services_;
  MasterOrder& order_;
  MasterVault vault_;
  std::vector<Place> places_;
  std::vector<Made> made_;        // once something was bought
  std::shared_ptr<void> place_;  // once something was found
};

}  // namespace

MasterServices master_services(const WorkServices& services, std::size_t max_bytes) {
  PurchaseServices purchase{.providers = services.providers,
                            .ledger = services.ledger,
                            .pool = services.pool,
                            .clock = services.clock,
                            .prices = services.prices,
                            .on_step = services.on_step,
                            .permits = services.permits,
                            .places = services.places,
                            .jobs = services.jobs};
  return {std::move(purchase), services.store, services.spool, services.probe, max_bytes};
}

Task<std::vector<Result<Master>>> have_masters(MasterServices services, MasterOrder order) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  MasterKeeper keeper(services, order);
  co_return co_await keeper.have();
}

Task<Result<Master>> have_master(MasterServices services, MasterOrder order) {
  auto masters = co_await have_masters(std::move(services), std::move(order));
  co_return std::move(masters.front());
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
    const auto found = find_blocking(services.purchase.ledger, job_id, {slot, key.str()});
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

namespace {

// Whether the other pictures of the purchase of a place are kept: what frees one of its places frees them all.
Task<Result<void>> others_are_kept(MasterServices& services, const PurchaseOrder& order) {
  auto look = [&] { return find_blocking(services.purchase.ledger, order.job_id, {order.slot, order.master_key}); };
  const auto found = co_await services.purchase.pool.run(look);
  if (!found) co_return found.error();
  if (!*found) co_return Result<void>();
  const auto places = places_of(**found);
  for (std::size_t i = 0; places.size() > 1 && i < places.size(); ++i) {
    auto key = ObjectKey::parse(places[i].master_key);
    if (places[i].master_key == order.master_key || !key) continue;
    std::vector<ObjectKey> keys{std::move(*key)};
    const auto kept = co_await is_kept(services, std::move(keys));
    if (!kept) co_return kept.error();
    if (!*kept) co_return Error{Errc::conflict, "its picture for slot " + places[i].slot + " is not kept yet"};
  }
  co_return Result<void>();
}

}  // namespace

Task<Error> reject_master(MasterServices services, const PurchaseOrder& order, Master master, Error why) {
  MasterVault vault(services.store);
  why.message = "the master " + shown(master.key.str()) + " cannot be used: " + why.message;
  const auto moved = co_await vault.reject(master.key, master.file);
  auto freed = co_await others_are_kept(services, order);
  if (freed) freed = co_await free_slot(services.purchase, order.job_id, order.slot, order.master_key, why.message);
  if (!freed) why.message += "; the purchase is still booked (" + freed.error().message + ")";
  why.message += moved ? "; it was moved to masters/rejected/, and the next run will get another"
                       : "; it could not be moved away: delete it to get another";
  co_return why;
}

}  // namespace imagegen
