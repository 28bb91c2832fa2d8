#include <imagegen/core/digest.hpp>
#include <imagegen/job/job.hpp>

#include <utility>

#include "workflow/heroes/hero_work.hpp"
#include "workflow/seed.hpp"
#include "workflow/store_prefixes.hpp"

// Where the master of a shot comes from. One that replaces another ("fresh") is kept under a key of its own until it is
// settled: otherwise a call that goes on after a crash could not tell it from the one that it replaces.
namespace imagegen::heroes {
namespace {

MasterServices services_of(const Work& work) {
  return master_services(work.services, work.options.limits.max_bytes);
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

ImageSlot slot_for(const Work& work, const ShotWork& shot) {
  const HeroShotPlan& plan = *shot.plan;
  ImageSlot slot{slot_of(work, plan), {{"shot", plan.shot_id}}, request_for(work, plan), {},
                 work.fresh.empty() ? plan.master_key : fresh_key(work, plan)};
  if (const auto* approved = approved_for(work, plan)) slot.approved = *approved;
  if (!work.fresh.empty()) {
    slot.replaces = plan.master_key;
    // A fresh one that is settled has taken the place of the one before already.
    slot.has_replaced = shot.report.master == MasterSource::kept;
  }
  slot.publish.provenance = work.options.provenance;
  return slot;
}

}  // namespace imagegen::heroes
