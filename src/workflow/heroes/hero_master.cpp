#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/job/job.hpp>

#include <utility>

#include "json/write.hpp"
#include "workflow/heroes/hero_names.hpp"
#include "workflow/heroes/hero_work.hpp"
#include "workflow/recorded_job.hpp"
#include "workflow/seed.hpp"

// Where the master of a shot comes from. One that replaces another ("fresh") is kept under a key of its own until it is
// settled: otherwise a call that goes on after a crash could not tell it from the one that it replaces.
namespace imagegen::heroes {
namespace {

MasterServices services_of(const Work& work) {
  return master_services(work.services, work.services.jobs, work.services.places, work.options.limits.max_bytes);
}

// Where a fresh master is kept until it takes the place of the one before.
ObjectKey fresh_key(const Work& work, const HeroShotPlan& plan) {
  return ObjectKey::parse(plan.master_key.str() + "-" + work.fresh).value();
}

const ApprovedPicture* approved_for(const Work& work, const HeroShotPlan& plan) {
  const auto found = work.options.booking.approved.find(plan.shot_id);
  return found == work.options.booking.approved.end() ? nullptr : &found->second;
}

ProviderModel route_front(const Work& work) {
  return work.options.route.empty() ? ProviderModel() : work.options.route.front();
}

ImageRequest request_for(const Work& work, const HeroShotPlan& plan) {
  ImageRequest request;
  request.prompt = plan.prompt;
  const auto* approved = approved_for(work, plan);
  request.size = approved != nullptr ? approved->size : plan.master_size;
  const auto first = choose(work.services.providers, route_front(work));
  if (first) request.seed = seed_from(*first->model, plan.master_key.str() + work.fresh);
  return request;
}

PurchaseOrder order_for(const Work& work, const HeroShotPlan& plan) {
  PurchaseOrder order;
  order.job_id = work.job_id, order.slot = slot_of(work, plan);
  order.master_key = (work.fresh.empty() ? plan.master_key : fresh_key(work, plan)).str();
  order.user = work.options.booking.user, order.attempt = work.options.booking.attempt;
  order.request = request_for(work, plan);
  order.budgets = work.options.budgets;
  order.route.order = work.options.route;
  if (const auto* approved = approved_for(work, plan))
    order.route.approved = approved->price, order.approved_size = approved->size;
  order.again_when_unknown = work.options.again_when_unknown;
  order.deadline = deadline_after(work.services.clock, work.options.master_timeout);
  return order;
}

void record_cost(ShotWork& shot, const MasterAnswer& answer) {
  shot.report.master = MasterSource::bought;
  const bool is_told = answer.source == CostSource::usage || answer.source == CostSource::provider;
  if (is_told) shot.report.actual = answer.actual;
}

boost::json::object master_detail(const ShotWork& shot, const Master& master) {
  auto detail = request_detail(master.answer);
  detail["shot"] = shot.plan->shot_id;
  detail["key"] = shot.plan->master_key.str();
  detail["purchase"] = master.answer.purchase_id;
  detail["sha256"] = master.answer.sha256;
  const bool is_revised = !master.answer.revised_prompt.empty() && master.answer.revised_prompt != shot.plan->prompt.text;
  if (is_revised) detail["revisedPrompt"] = master.answer.revised_prompt;
  const auto& actual = master.answer.actual;
  detail["usd"] = actual ? boost::json::value(to_string(*actual)) : boost::json::value(nullptr);
  return detail;
}

Task<Result<void>> may_buy(Work& work) {
  const bool cancelled = co_await is_cancelled();
  if (cancelled || work.options.stop_buying.stop_requested())
    co_return Error{Errc::cancelled, "stopped before its master was bought"};
  if (work.options.booking.may_buy) co_return co_await work.options.booking.may_buy();
  co_return Result<void>();
}

}  // namespace

std::string slot_of(const Work& work, const HeroShotPlan& plan) {
  const auto hash = plan.master_key.str().substr(kMastersPrefix.size(), 16);
  const bool readable = plan.shot_id.size() <= 64 && is_job_id(plan.shot_id);
  const auto slot = readable ? plan.shot_id + "." + hash : hash;
  return work.fresh.empty() ? slot : slot + "." + work.fresh;
}

// Whether a purchase that blocks the slot is given up for another.
static bool is_bought_again(const Work& work, const Purchase& purchase) {
  if (!work.options.again_when_unknown) return false;
  const auto* provider = work.services.providers.find(purchase.provider);
  const bool has_our_id = provider != nullptr && provider->capability().client_chosen_ids;
  const bool can_be_asked = !purchase.remote_id.empty() || has_our_id;
  return purchase.state == PurchaseState::outcome_unknown ||
         (purchase.state == PurchaseState::intended && !can_be_asked);
}

Task<Result<void>> look_for_master(Work& work, ShotWork& shot) {
  const bool is_fresh = !work.fresh.empty();
  std::vector<ObjectKey> keys{is_fresh ? fresh_key(work, *shot.plan) : shot.plan->master_key};
  const auto kept = co_await is_kept(services_of(work), keys);
  if (!kept) co_return kept.error();
  if (*kept) shot.report.master = MasterSource::kept;
  if (work.request.dry_run) co_return Result<void>();
  // Before anything is priced: what it did cost may be less than what is held for it.
  if (*kept) co_return co_await close_kept(services_of(work), work.job_id, slot_of(work, *shot.plan), keys.front());
  auto find = [&] { return work.services.ledger.blocking(work.job_id, slot_of(work, *shot.plan)); };
  const auto booked = co_await work.services.pool.run(find);
  if (!booked) co_return booked.error();
  shot.is_booked = *booked && !is_bought_again(work, **booked);
  // A fresh master that is settled has taken its place already.
  if (is_fresh && *booked && (*booked)->state == PurchaseState::settled) shot.report.master = MasterSource::kept;
  co_return Result<void>();
}

Task<Result<Master>> have_master(Work& work, ShotWork& shot) {
  MasterOrder order;
  order.purchase = order_for(work, *shot.plan);
  // A fresh one that is settled has taken the place of the one before already.
  if (!work.fresh.empty() && shot.report.master == MasterSource::kept) order.also_kept_as = {shot.plan->master_key};
  order.purchase.may_buy = [&work] { return may_buy(work); };
  order.on_buying = [&work, &shot] { work.tell(HeroProgress::Kind::buying_master, shot); };
  auto master = co_await imagegen::have_master(services_of(work), std::move(order));
  if (!master) co_return master.error();
  shot.place = std::move(master->place);
  shot.answer = master->answer;
  if (!shot.answer.request_hash.empty()) shot.report.adaptations = shot.answer.adaptations;
  shot.has_fresh = !work.fresh.empty() && master->key != shot.plan->master_key;
  if (master->bought_now)
    record_cost(shot, master->answer);
  else
    shot.report.master = MasterSource::kept;
  if (master->not_kept) {
    // It is paid for and in memory: the files are made from it all the same, and the report says that it was not kept.
    shot.failures.push_back(
        {shot.plan->shot_id, master->key.str(), in_context(*master->not_kept, "the master could not be kept"), false});
    co_return master;
  }
  auto detail = master_detail(shot, *master);
  const auto told = co_await note(work, master->bought_now ? "image_bought" : "image_found", std::move(detail));
  if (!told) co_return told.error();
  co_return master;
}

Task<void> take_fresh(Work& work, ShotWork& shot, const Bytes& file) {
  if (!shot.has_fresh) co_return;
  auto vault = work.vault();
  const auto told = co_await vault.keep_answer(shot.plan->master_key, shot.answer);
  Result<std::optional<Bytes>> kept = std::optional<Bytes>();
  if (told)
    kept = co_await vault.keep(shot.plan->master_key, file, true, work.options.limits.max_bytes);
  else
    kept = told.error();
  Result<void> removed;
  if (kept) removed = co_await vault.remove(fresh_key(work, *shot.plan), file);
  if (kept && removed) co_return;
  const Error& why = kept ? removed.error() : kept.error();
  shot.failures.push_back({shot.plan->shot_id, shot.plan->master_key.str(),
                           in_context(why, "the fresh master could not take the place of the one before"), false});
}

Task<Error> reject_master(Work& work, ShotWork& shot, Master master, Error why) {
  co_return co_await imagegen::reject_master(services_of(work), order_for(work, *shot.plan), std::move(master),
                                             std::move(why));
}

Task<Result<void>> note(Work& work, std::string name, boost::json::object detail) {
  if (!work.options.booking.note) co_return Result<void>();
  JobNote written{std::move(name), json::write(detail)};
  co_return co_await work.options.booking.note(std::move(written));
}

}  // namespace imagegen::heroes
