#include <imagegen/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <algorithm>
#include <utility>

#include "workflow/buy_borrowed.hpp"
#include "workflow/earlier_purchase.hpp"
#include "workflow/purchase_choice.hpp"
#include "workflow/purchase_errors.hpp"

namespace imagegen {
namespace {

constexpr int kMostSettleTries = 8;  // half a minute

class Buyer {
 public:
  Buyer(PurchaseServices& services, PurchaseOrder& order, KeepImage& keep)
      : services_(services), order_(order), keep_(keep), route_(services, order) {}

  Task<Result<BoughtImage>> run() {
    // Before a permit: who waits for another needs none.
    const auto other = co_await under_way_elsewhere();
    if (!other) co_return nothing_asked(other.error());
    if (*other) co_return bought_by_another(**other);
    for (;;) {
      cause_ = Cause::other;
      auto bought = co_await with_permit();
      if (bought) co_return bought;
      if (!falls_over(bought.error())) co_return nothing_owed_to_the_unpaid(route_.all_told(std::move(bought).error()));
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

  Error nothing_owed_to_the_unpaid(Error error) const {
    if (provider_ != nullptr && !capability().paid) error.billing = Billing::no;
    return error;
  }

  // Goes on to the next entry of the route at which something can be bought.
  bool falls_over(const Error& error) {
    if (cause_ == Cause::other_permit) return true;  // the same once more
    const bool may = cause_ == Cause::closed || (cause_ == Cause::provider && may_fall_over(error));
    return !begun_with_ && may && route_.go_on(error);
  }

  // In two halves, so that nothing of the first is in memory while thousands of tasks are waited for.
  Task<Result<BoughtImage>> bought_or_resumed() {
    auto begun = co_await begun_or_found();
    if (!begun) co_return begun.error();
    if (*begun) co_return std::move(**begun);
    route_.rest();
    co_return co_await resume();
  }

  Task<Result<Begun>> begun_or_found() {
    auto open = co_await earlier();
    if (!open) co_return open.error();
    if (!*open) {
      if (std::exchange(begun_with_, std::nullopt) && services_.permits != nullptr) {
        cause_ = Cause::other_permit;
        co_return nothing_asked({Errc::internal, "there is no permit for the provider that is to be asked"});
      }
      co_return co_await buy();
    }
    begun_with_ = ProviderModel{(*open)->provider, (*open)->model};
    purchase_ = std::move(**open);
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

  // A purchase of the same picture that another job is at work on.
  Task<Result<std::optional<Purchase>>> under_way_elsewhere() {
    auto look = [this]() -> Result<std::optional<Purchase>> {
      auto found = find_earlier(services_, order_);
      if (!found || (*found && is_under_way_elsewhere(services_, order_, **found))) return found;
      if (*found) begun_with_ = ProviderModel{(*found)->provider, (*found)->model};
      return std::optional<Purchase>();
    };
    co_return co_await ask_ledger(look);
  }

  // An earlier purchase that can be resumed; nothing when the slot is free.
  Task<Result<std::optional<Purchase>>> earlier() {
    // It may have been begun while a permit was waited for.
    bool elsewhere = false;
    auto find = [this, &elsewhere] {
      auto found = find_earlier(services_, order_);
      elsewhere = found && *found && is_under_way_elsewhere(services_, order_, **found);
      return found;
    };
    auto found = co_await ask_ledger(find);
    if (!found) co_return nothing_asked(found.error());
    if (elsewhere) co_return bought_by_another(**found);
    if (!*found) co_return std::optional<Purchase>();
    Purchase& purchase = **found;
    provider_ = services_.providers.find(purchase.provider);
    if (provider_ == nullptr)
      co_return Error{Errc::conflict, "purchase " + purchase.id + ": it was begun with " + purchase.provider +
                                          ", which is not configured; configure it to go on"};
    const bool is_paid = provider_->capability().paid;
    if (purchase.state == PurchaseState::settled && !is_paid) co_return co_await free_again(purchase, "its picture is gone");
    // An id of ours is written down before anything is sent: without one, nothing was.
    if (provider_->capability().client_chosen_ids && purchase.state == PurchaseState::intended) {
      const auto* choice = route_.of(purchase);
      if ((choice != nullptr && !choice->refused) || !purchase.remote_id.empty()) co_return std::move(*found);
      co_return co_await free_again(purchase, "it was not sent, and something else is wanted now");
    }
    if (!purchase.remote_id.empty() && purchase.state != PurchaseState::outcome_unknown) co_return std::move(*found);
    if (purchase.state == PurchaseState::settled)
      co_return Error{Errc::conflict, "purchase " + purchase.id +
                                          ": it is paid for, but its picture is not in this store; give the store "
                                          "that has it, or let it be bought again: imagegen spend settle " +
                                          purchase.id + " --buy-again"};
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
    purchase.note = settlement.note;
    if (settlement.blocks) co_return outcome_unknown(purchase);
    co_return std::optional<Purchase>();
  }

  // What cost nothing is simply made again.
  Task<Result<std::optional<Purchase>>> free_again(const Purchase& purchase, std::string why) {
    Settlement settlement;
    const bool is_open = purchase.state == PurchaseState::intended;
    settlement.state = is_open ? PurchaseState::released : PurchaseState::settled;
    if (!is_open) settlement.actual = Usd{}, settlement.source = CostSource::provider;
    settlement.blocks = false;
    settlement.note = std::move(why);
    const auto settled = co_await settle(purchase.id, settlement);
    if (!settled) co_return settled.error();
    co_return std::optional<Purchase>();
  }

  Task<Result<Begun>> buy() {
    const auto& choice = route_.current();
    if (!route_.is_open()) {
      cause_ = Cause::closed;
      co_return choice ? *choice->refused : choice.error();
    }
    provider_ = choice->chosen.provider;
    auto reserved = co_await reserve();
    if (!reserved && reserved.error().code == Errc::budget_exceeded) cause_ = Cause::closed;  // another may be cheaper
    if (!reserved) co_return nothing_asked(reserved.error());
    done("reserved");
    purchase_ = std::move(*reserved);
    co_return co_await begin();
  }

  const ProviderCapability& capability() const { return provider_->capability(); }

  Task<Result<Begun>> begin() {
    if (order_.may_buy) {
      const auto allowed = co_await order_.may_buy();
      if (!allowed) co_return co_await not_asked(allowed.error());
    }
    if (capability().client_chosen_ids) {
      RemoteTask chosen{purchase_.provider, purchase_.id, {}};
      const auto noted = co_await remember(purchase_.id, std::move(chosen));
      if (!noted) co_return nothing_asked(noted.error());
      done("chosen");
    }
    co_return co_await submit();
  }

  Task<Result<Begun>> submit() {
    resumed_ = false;
    auto request = route_.of(purchase_)->sent.request;
    CallContext context(order_.deadline);
    if (capability().client_chosen_ids) request.task_id = purchase_.id;
    // With an id of our own choice whatever is in flight can be looked up.
    if (!capability().client_chosen_ids)
      context.flight = [this](bool in_flight) { return in_flight ? sent_again() : not_in_flight(); };
    if (services_.places != nullptr) context.room = [this] { return room_for_answer(); };
    auto submitted = co_await provider_->submit(std::move(request), std::move(context));
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

  Task<Result<Purchase>> reserve() {
    const auto intent = intent_of(order_, *route_.current());
    auto reserve = [this, intent] { return services_.ledger.reserve(intent, order_.budgets, now()); };
    auto reserved = co_await ask_ledger(reserve);
    // Whether it was done is not known then, and nobody could tell later that the provider was never asked.
    Backoff backoff(std::chrono::milliseconds(50), std::chrono::seconds(2), 0);
    for (int attempt = 1; !reserved && reserved.error().code == Errc::unavailable && attempt < 8; ++attempt) {
      const auto slept = co_await sleep_for(services_.clock, backoff.delay(attempt), order_.deadline);
      if (!slept) co_return reserved;
      reserved = co_await ask_ledger(reserve);
    }
    if (reserved || reserved.error().code != Errc::already_exists || order_.attempt == 0) co_return reserved;
    // The slot was free a moment ago, and nobody else has this attempt of the job: the database did it, and the answer
    // was lost with the connection.
    auto find = [this] { return services_.ledger.blocking(order_.job_id, order_.slot); };
    const auto found = co_await ask_ledger(find);
    if (found && *found && is_of(**found, intent)) co_return **found;
    co_return reserved;
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
    auto reserved = co_await reserve();
    if (!reserved) co_return nothing_asked(reserved.error());
    purchase_ = std::move(*reserved);
    co_return Result<void>();
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
    if (services_.places != nullptr) {
      auto waiting = provider_->wait(task(), order_.deadline);
      const auto waited = co_await std::move(waiting);
      if (!waited) co_return waited.error();
      if (*waited) {
        auto placing = take_place();
        const auto placed = co_await std::move(placing);
        if (!placed) co_return placed.error();
      }
    }
    CallContext context(order_.deadline);
    if (services_.places != nullptr) context.room = [this] { return room_for_answer(); };
    auto resuming = provider_->resume(task(), std::move(context));
    co_return co_await std::move(resuming);
  }

  // In line the deadline stands still: the provider has done its part. Results do not last for ever, so that memory is
  // the smaller worry after a while.
  Task<Result<void>> take_place() {
    constexpr std::chrono::minutes kPatience{4};
    const auto begin = services_.clock.now();
    auto place = co_await services_.places->take(std::chrono::steady_clock::now() + kPatience);
    if (!place && place.error().code == Errc::cancelled) co_return place.error();
    if (place) place_ = std::move(*place);
    if (order_.deadline.at != Deadline::never().at) order_.deadline.at += services_.clock.now() - begin;
    co_return Result<void>();
  }

  // For an answer that has begun to arrive. A provider that waits for too long may hang up, and the picture is paid
  // for: then memory is the smaller worry.
  Task<void> room_for_answer() {
    constexpr std::chrono::steady_clock::duration kPatience = std::chrono::seconds(45);
    if (place_) co_return;
    // The rest of the answer must still come before the deadline.
    const auto left = order_.deadline.at - services_.clock.now();
    auto place = co_await services_.places->take(std::chrono::steady_clock::now() + std::min(kPatience, left / 2));
    if (place) place_ = std::move(*place);
  }

  // By its purchase, whatever is configured or wanted now.
  BoughtImage described() const {
    BoughtFrom from{purchase_};
    if (const auto* choice = route_.of(purchase_)) from.sent = choice->sent;
    if (const auto* model = find_model(capability(), purchase_.model)) from.trained_model = model->trained;
    BoughtImage bought;
    bought.from = std::make_shared<const BoughtFrom>(std::move(from));
    bought.resumed = resumed_, bought.place = place_, bought.deadline = order_.deadline;
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
    // What did not come can be bought again; what did is found where it is kept.
    if (kept && bought.images.size() < places_of(purchase_).size()) settlement.blocks = false;
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
  std::shared_ptr<void> place_;
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
