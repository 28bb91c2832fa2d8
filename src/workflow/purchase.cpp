#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <algorithm>
#include <utility>

#include "workflow/buy_borrowed.hpp"
#include "workflow/earlier_purchase.hpp"
#include "workflow/picture_place.hpp"
#include "workflow/purchase_choice.hpp"
#include "workflow/purchase_errors.hpp"

namespace imagegen {
namespace {

constexpr int kMostSettleTries = 8;  // half a minute

class Buyer {
 public:
  Buyer(PurchaseServices& services, PurchaseOrder& order, KeepImage& keep)
      : services_(services), order_(order), keep_(keep), route_(services, order),
        place_(services.places, services.clock, order.deadline) {}

  Task<Result<BoughtImage>> run() {
    // Before a permit: who waits for another needs none.
    auto looking = nobody_else_buys();
    const auto is_free = co_await std::move(looking);
    if (!is_free) co_return is_free.error();
    for (;;) {
      cause_ = Cause::other;
      auto bought = co_await with_permit();
      if (bought) co_return bought;
      if (!falls_over(bought.error())) co_return nothing_owed_to_the_unpaid(provider_, route_.all_told(bought.error()));
    }
  }

 private:
  // What a purchase has come to at once; nothing: a task, that of purchase_.
  using Begun = std::optional<BoughtImage>;

  // Why nothing came of a round, as far as the route is concerned.
  enum class Cause : std::uint8_t {
    other,         // nobody else is asked for that
    closed,        // nothing may be bought from this entry, and nobody was asked
    provider,      // it was asked, and said so
    other_permit,  // the permit is of another provider than the one to be asked now
  };

  Task<Result<BoughtImage>> with_permit() {
    const auto permit = co_await enter();
    if (!permit) co_return nothing_asked(permit.error());
    std::exception_ptr thrown;
    std::optional<Result<BoughtImage>> bought;
    try {
      bought.emplace(co_await bought_or_resumed());
    } catch (...) {
      thrown = std::current_exception();
    }
    if (!permit->empty()) co_await services_.permits->leave(*permit);
    if (thrown) std::rethrow_exception(thrown);
    co_return std::move(*bought);
  }

  // An empty permit: there is no limit. In a task of its own, so that nothing of it is in memory while the picture is
  // waited for.
  Task<Result<std::string>> enter() {
    const auto asked = asked_first();
    if (services_.permits == nullptr || !asked) co_return std::string();
    PermitFor wanted{asked->provider, asked->model, order_.user};
    const bool has_other = !begun_with_ && route_.has_next();
    auto permit = co_await services_.permits->enter(std::move(wanted), has_other ? route_.line() : order_.deadline);
    if (!permit && has_other && permit.error().code == Errc::rate_limited) cause_ = Cause::closed;
    co_return permit;
  }

  // Whose limits count: those of an open purchase's provider, else of the entry of the route that is asked next.
  std::optional<ProviderModel> asked_first() const {
    if (begun_with_) return begun_with_;
    return route_.is_open() ? std::optional(route_.current()->chosen.asked) : std::nullopt;
  }

  // Goes on to the next entry of the route at which something can be bought.
  bool falls_over(const Error& error) {
    if (cause_ == Cause::other_permit) return true;  // the same once more
    const bool may = cause_ == Cause::closed || (cause_ == Cause::provider && may_fall_over(error));
    return !begun_with_ && may && route_.go_on(error);
  }

  // In pieces, so that nothing of one is in memory while thousands of tasks are in the next, or are waited for.
  Task<Result<BoughtImage>> bought_or_resumed() {
    auto begun = co_await begun_or_found();
    if (!begun) co_return begun.error();
    if (*begun) co_return std::move(**begun);
    route_.rest();
    co_return co_await resume();
  }

  Task<Result<Begun>> begun_or_found() {
    auto looking = find_open();
    const auto is_open = co_await std::move(looking);
    if (!is_open) co_return is_open.error();
    if (!*is_open) {
      if (std::exchange(begun_with_, std::nullopt) && services_.permits != nullptr) {
        cause_ = Cause::other_permit;
        co_return nothing_asked({Errc::internal, "there is no permit for the provider that is to be asked"});
      }
      auto buying = buy();
      co_return co_await std::move(buying);
    }
    begun_with_ = ProviderModel{purchase_.provider, purchase_.model};
    if (purchase_.remote_id.empty()) co_return co_await begin();
    resumed_ = true;
    co_return Begun();
  }

  template <class Call>
  Task<std::invoke_result_t<Call&>> ask_ledger(Call call) {
    auto asking = services_.pool.run(std::move(call));
    co_return co_await shielded(std::move(asking));
  }
  Timestamp now() const { return to_timestamp(services_.clock.wall_now()); }
  void done(std::string_view step) const {
    if (services_.on_step) services_.on_step(step);
  }

  // Another job may be at work on the same picture.
  Task<Result<void>> nobody_else_buys() {
    auto look = [this]() -> Result<void> {
      const auto found = find_earlier(services_, order_);
      if (!found) return nothing_asked(found.error());
      if (!*found) return {};
      if (is_under_way_elsewhere(services_, order_, **found)) return bought_by_another(**found);
      begun_with_ = ProviderModel{(*found)->provider, (*found)->model};
      return {};
    };
    co_return co_await ask_ledger(look);
  }

  // Whether purchase_ is one that an earlier call has begun, and can be resumed. Else the slot is free. What the ledger
  // gives is put there on the pool: thousands of these calls stand in line, and a row is large.
  Task<Result<bool>> find_open() {
    auto find = [this]() -> Result<bool> {
      auto found = find_earlier(services_, order_);
      if (!found) return nothing_asked(found.error());
      if (!*found) return false;
      // It may have been begun while a permit was waited for.
      if (is_under_way_elsewhere(services_, order_, **found)) return bought_by_another(**found);
      purchase_ = std::move(**found);
      return true;
    };
    auto finding = ask_ledger(find);
    auto found = co_await std::move(finding);
    if (!found || !*found) co_return found;
    auto judging = can_be_resumed();
    co_return co_await std::move(judging);
  }

  Task<Result<bool>> can_be_resumed() {
    const Purchase& purchase = purchase_;
    provider_ = services_.providers.find(purchase.provider);
    if (provider_ == nullptr)
      co_return Error{Errc::conflict, "purchase " + purchase.id + ": it was begun with " + purchase.provider +
                                          ", which is not configured; configure it to go on"};
    const bool is_paid = capability().paid;
    if (purchase.state == PurchaseState::settled && !is_paid) co_return co_await free_again("its picture is gone");
    // An id of ours is written down before anything is sent: without one, nothing was.
    if (capability().client_chosen_ids && purchase.state == PurchaseState::intended) {
      const auto* choice = route_.of(purchase);
      if ((choice != nullptr && !choice->refused) || !purchase.remote_id.empty()) co_return true;
      co_return co_await free_again("it was not sent, and something else is wanted now");
    }
    if (!purchase.remote_id.empty() && purchase.state != PurchaseState::outcome_unknown) co_return true;
    if (purchase.state == PurchaseState::settled)
      co_return paid_and_not_here(purchase);
    const bool is_known = purchase.state == PurchaseState::outcome_unknown;
    const bool may_again = order_.again_when_unknown || !is_paid;
    if (is_known && !may_again) co_return outcome_unknown(purchase);
    Settlement settlement;
    settlement.state = PurchaseState::outcome_unknown;
    settlement.note = is_known ? "it may be bought again: that was allowed"
                               : "no answer was kept: the process ended, or the connection broke";
    settlement.blocks = !may_again;
    const auto settled = co_await settle(purchase.id, settlement);
    if (!settled) co_return nothing_asked(settled.error());
    purchase_.note = settlement.note;
    if (settlement.blocks) co_return outcome_unknown(purchase);
    co_return false;
  }

  // What cost nothing is simply made again.
  Task<Result<bool>> free_again(std::string why) {
    Settlement settlement;
    const bool is_open = purchase_.state == PurchaseState::intended;
    settlement.state = is_open ? PurchaseState::released : PurchaseState::settled;
    if (!is_open) settlement.actual = Usd{}, settlement.source = CostSource::provider;
    settlement.blocks = false;
    settlement.note = std::move(why);
    const auto settled = co_await settle(purchase_.id, settlement);
    if (!settled) co_return settled.error();
    co_return false;
  }

  Task<Result<Begun>> buy() {
    const auto& choice = route_.current();
    if (!route_.is_open()) {
      cause_ = Cause::closed;
      co_return choice ? *choice->refused : choice.error();
    }
    provider_ = choice->chosen.provider;
    auto reserving = reserve();
    const auto reserved = co_await std::move(reserving);
    if (!reserved && reserved.error().code == Errc::budget_exceeded) cause_ = Cause::closed;  // another may be cheaper
    if (!reserved) co_return reserved.error();
    done("reserved");
    auto beginning = begin();
    co_return co_await std::move(beginning);
  }

  const ProviderCapability& capability() const { return provider_->capability(); }

  Task<Result<Begun>> begin() {
    if (order_.may_buy) {
      auto asking = order_.may_buy();
      const auto allowed = co_await std::move(asking);
      if (!allowed) co_return co_await not_asked(allowed.error());
    }
    if (capability().client_chosen_ids) {
      auto noting = remember(purchase_.id, {purchase_.provider, purchase_.id, {}});
      const auto noted = co_await std::move(noting);
      if (!noted) co_return nothing_asked(noted.error());
      done("chosen");
    }
    auto submitting = submit();
    co_return co_await std::move(submitting);
  }

  Task<Result<Submission>> ask_provider() {
    auto request = route_.of(purchase_)->sent.request;
    CallContext context(order_.deadline);
    if (capability().client_chosen_ids) request.task_id = purchase_.id;
    // With an id of our own choice whatever is in flight can be looked up.
    if (!capability().client_chosen_ids)
      context.flight = [this](bool in_flight) { return in_flight ? sent_again() : not_in_flight(); };
    if (place_.is_needed()) context.room = [this] { return place_.take_for_answer(); };
    auto submitting = provider_->submit(std::move(request), std::move(context));
    co_return co_await std::move(submitting);
  }

  Task<Result<Begun>> submit() {
    resumed_ = false;
    auto asking = ask_provider();
    auto submitted = co_await std::move(asking);
    done("submitted");
    if (!submitted) {
      cause_ = Cause::provider;
      co_return co_await failed(submitted.error());
    }
    if (auto* images = std::get_if<GeneratedImages>(&*submitted)) {
      auto bought = co_await take(std::move(*images));
      if (!bought) co_return bought.error();
      co_return std::move(*bought);
    }
    const auto& task = std::get<RemoteTask>(*submitted);
    auto noting = remember_begun(purchase_.id, task);
    const auto noted = co_await shielded(std::move(noting));
    done("remembered");
    if (!noted) co_return as_booked(noted.error(), PurchaseState::intended);
    purchase_.remote_id = task.id, purchase_.resume_url = task.resume_url;
    co_return Begun();
  }

  // Makes purchase_ what is reserved now; on the pool, as find_open() does.
  Task<Result<void>> reserve() {
    auto call = [this]() -> Result<void> {
      return taken(services_.ledger.reserve(intent_of(order_, *route_.current()), order_.budgets, now()));
    };
    auto reserving = ask_ledger(call);
    auto reserved = co_await std::move(reserving);
    if (reserved) co_return reserved;
    auto trying = reserve_again(std::move(call), reserved.error());
    co_return co_await std::move(trying);
  }

  Result<void> taken(Result<Purchase> reserved) {
    if (!reserved) return nothing_asked(reserved.error());
    purchase_ = std::move(*reserved);
    return {};
  }

  template <class Call>
  Task<Result<void>> reserve_again(Call call, Result<void> reserved) {
    // Whether it was done is not known then, and nobody could tell later that the provider was never asked.
    Backoff backoff(std::chrono::milliseconds(50), std::chrono::seconds(2), 0);
    for (int attempt = 1; !reserved && reserved.error().code == Errc::unavailable && attempt < 8; ++attempt) {
      const auto slept = co_await sleep_for(services_.clock, backoff.delay(attempt), order_.deadline);
      if (!slept) co_return reserved;
      reserved = co_await ask_ledger(call);
    }
    if (reserved || reserved.error().code != Errc::already_exists || order_.attempt == 0) co_return reserved;
    // The slot was free a moment ago, and nobody else has this attempt of the job: the database did it, and the answer
    // was lost with the connection.
    auto find = [this, &reserved]() -> Result<void> {
      auto found = services_.ledger.blocking(order_.job_id, order_.slot);
      if (!found || !*found || !is_of(**found, intent_of(order_, *route_.current()))) return reserved;
      return taken(std::move(**found));
    };
    co_return co_await ask_ledger(find);
  }

  Task<Result<void>> remember(std::string id, RemoteTask task) {
    auto call = [this, id, task] { return services_.ledger.remember(id, task.id, task.resume_url, now()); };
    co_return co_await ask_ledger(call);
  }

  // Nobody else knows of a task that has just been begun, so a ledger that is away is waited for, even when the job is
  // lost meanwhile: whoever has it then can go on with the task.
  Task<Result<void>> remember_begun(std::string id, RemoteTask task) {
    Backoff backoff(std::chrono::milliseconds(50), std::chrono::seconds(5), 0);
    for (int attempt = 1;; ++attempt) {
      const auto noted = co_await remember(id, task);
      if (noted || noted.error().code != Errc::unavailable) co_return noted;
      const auto slept = co_await sleep_for(services_.clock, backoff.delay(attempt), order_.deadline);
      if (!slept) co_return noted;
    }
  }

  Task<Result<void>> settle(std::string id, Settlement settlement) {
    auto call = [this, id, settlement] { return services_.ledger.settle(id, settlement, now()); };
    co_return co_await ask_ledger(call);
  }

  // Between two tries nothing is under way, and a process that is killed there owes nothing. The next one is a purchase
  // of its own.
  Task<Result<void>> not_in_flight() {
    Settlement settlement;
    settlement.state = PurchaseState::released;
    settlement.note = "the provider asked for another attempt later";
    co_return co_await settle(purchase_.id, settlement);
  }

  Task<Result<void>> sent_again() {
    if (order_.may_buy) {
      const auto allowed = co_await order_.may_buy();
      if (!allowed) co_return nothing_asked(allowed.error());
    }
    co_return co_await reserve();
  }

  Task<Error> not_asked(Error why) {
    Settlement settlement;
    settlement.state = PurchaseState::released;
    settlement.note = "nobody was asked: " + why.message;
    // Where the ledger could not be told, the next attempt finds the intent, and takes it for what may be owed.
    const auto settled = co_await settle_patiently(purchase_.id, settlement);
    co_return settled ? nothing_asked(std::move(why)) : as_booked(std::move(why), PurchaseState::intended);
  }

  // What frees a slot is what certainly left nothing owed; everything else is unknown, and keeps the estimate.
  Task<Error> failed(Error error) {
    error = billed_by_data(services_.prices, capability().priced_as(), purchase_.model, std::move(error));
    Settlement settlement;
    settlement.state =
        billing_of(error) == Billing::no ? PurchaseState::released : PurchaseState::outcome_unknown;
    settlement.note = note_of(error);
    // What a refusal came to is known: there is no picture. Whoever asks again does so knowingly, and pays for it anew.
    settlement.blocks = error.code != Errc::content_refused;
    // With an id of our own choice it can be looked up, so nothing is unknown for ever.
    const bool open = settlement.state == PurchaseState::outcome_unknown && capability().client_chosen_ids;
    bool booked = open;
    if (!open) booked = (co_await settle_patiently(purchase_.id, settlement)).has_value();
    done("failed");
    if (open || (!booked && settlement.state == PurchaseState::released)) {
      // Where the ledger could not be told, the next attempt finds the intent, and takes it for what may be owed.
      co_return as_booked(std::move(error), PurchaseState::intended);
    }
    co_return as_booked(std::move(error), settlement.state);
  }

  // A row that stays open says less than is known, so a ledger that is away is waited for.
  Task<Result<void>> settle_patiently(std::string id, Settlement settlement) {
    Backoff backoff(std::chrono::milliseconds(50), std::chrono::seconds(5), 0);
    for (int attempt = 1;; ++attempt) {
      const auto settled = co_await settle(id, settlement);
      if (settled || settled.error().code != Errc::unavailable || attempt == kMostSettleTries) co_return settled;
      const auto slept = co_await sleep_for(services_.clock, backoff.delay(attempt), order_.deadline);
      if (!slept) co_return settled;
    }
  }

  // What is done about an answer is in tasks of their own: thousands of these wait for one.
  Task<Result<BoughtImage>> resume() {
    auto fetching = fetch();
    auto images = co_await std::move(fetching);
    done("resumed");
    auto ending = images ? take(std::move(*images)) : not_fetched(images.error());
    co_return co_await std::move(ending);
  }

  Task<Result<BoughtImage>> not_fetched(Error error) {
    place_.leave();
    error = billed_by_data(services_.prices, capability().priced_as(), purchase_.model, std::move(error));
    const bool is_ours = purchase_.state == PurchaseState::settled;
    const bool is_known_by_us = capability().client_chosen_ids && route_.of(purchase_) != nullptr;
    if (error.code == Errc::not_found && is_known_by_us && resumed_ && !is_ours) co_return co_await submit_again();
    if (is_ours) co_return as_booked(error, PurchaseState::settled);
    if (goes_on(error)) co_return as_booked(error, PurchaseState::submitted);
    cause_ = Cause::provider;
    Settlement settlement;
    settlement.state = error.billing == Billing::no ? PurchaseState::released : PurchaseState::outcome_unknown;
    settlement.note = note_of(error);
    settlement.blocks = !order_.again_when_unknown && capability().paid && error.code != Errc::content_refused;
    co_await settle_patiently(purchase_.id, settlement);
    co_return as_booked(error, settlement.state);
  }

  // It never arrived. Under the same id, a provider that has it after all knows it again.
  Task<Result<BoughtImage>> submit_again() {
    auto begun = co_await submit();
    if (!begun) co_return begun.error();
    if (*begun) co_return std::move(**begun);
    co_return co_await resume();
  }

  RemoteTask task() const { return {purchase_.provider, purchase_.remote_id, purchase_.resume_url}; }

  // Waits without a place, and has one while there is a picture.
  Task<Result<GeneratedImages>> fetch() {
    if (place_.is_needed()) {
      auto waiting = provider_->wait(task(), order_.deadline);
      const auto waited = co_await std::move(waiting);
      if (!waited) co_return waited.error();
      if (*waited) {
        auto placing = place_.take();
        const auto placed = co_await std::move(placing);
        if (!placed) co_return placed.error();
      }
    }
    CallContext context(order_.deadline);
    if (place_.is_needed()) context.room = [this] { return place_.take_for_answer(); };
    auto resuming = provider_->resume(task(), std::move(context));
    co_return co_await std::move(resuming);
  }

  // By its purchase, whatever is configured or wanted now.
  BoughtImage described() const {
    BoughtFrom from{purchase_};
    if (const auto* choice = route_.of(purchase_)) from.sent = choice->sent;
    if (const auto* model = find_model(capability(), purchase_.model)) from.trained_model = model->trained;
    BoughtImage bought;
    bought.from = std::make_shared<const BoughtFrom>(std::move(from));
    bought.resumed = resumed_, bought.place = place_.held(), bought.deadline = order_.deadline;
    return bought;
  }

  // What came is stored before anything else is done with it.
  Task<Result<BoughtImage>> take(GeneratedImages images) {
    auto bought = described();
    bought.images = std::move(images.images), bought.request_id = std::move(images.request_id);
    auto settlement = settlement_of(services_.prices, capability(), *bought.from, images.usage);
    bought.actual = settlement.actual ? settlement.actual : purchase_.estimate;
    bought.source = settlement.actual || !bought.actual ? settlement.source : CostSource::estimate;
    const auto kept = co_await keep_(bought);
    done("kept");
    if (!kept && !purchase_.remote_id.empty()) co_return as_booked(kept.error(), PurchaseState::submitted);
    if (!kept) settlement.note = "the picture could not be kept: " + kept.error().message;
    const auto settled = co_await settle_patiently(purchase_.id, settlement);
    done("settled");
    if (!kept) co_return paid_and_lost(kept.error());
    if (!settled) co_return paid_and_open(settled.error());
    co_return bought;
  }

  PurchaseServices& services_;
  PurchaseOrder& order_;
  KeepImage& keep_;
  RouteWalk route_;
  std::optional<ProviderModel> begun_with_;  // by an earlier call
  Cause cause_ = Cause::other;               // of this round
  ImageProvider* provider_ = nullptr;  // of purchase_
  Purchase purchase_;                  // once there is one
  bool resumed_ = false;  // its task was begun by an earlier call
  PicturePlace place_;
};

}  // namespace

Task<Result<BoughtImage>> buy_borrowed(PurchaseServices& services, PurchaseOrder& order, KeepImage& keep) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  Buyer buyer(services, order, keep);
  co_return co_await buyer.run();
}

Task<Result<BoughtImage>> buy_image(PurchaseServices services, PurchaseOrder order, KeepImage keep) {
  co_return co_await buy_borrowed(services, order, keep);
}

}  // namespace imagegen
