#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/job/job.hpp>

#include <utility>

#include "json/write.hpp"
#include "workflow/heroes/hero_names.hpp"
#include "workflow/heroes/hero_work.hpp"
#include "workflow/purchase_services.hpp"
#include "workflow/recorded_job.hpp"
#include "workflow/seed.hpp"

// Where the master of a shot comes from. One that replaces another ("fresh") is kept under a key of its own until it is
// settled: otherwise a call that goes on after a crash could not tell it from the one that it replaces.
namespace imagegen::heroes {
namespace {

PurchaseServices services_of(const Work& work) {
  return purchase_services(work.services, work.services.places);
}

// Where a fresh master is kept until it takes the place of the one before.
ObjectKey fresh_key(const Work& work, const HeroShotPlan& plan) {
  return ObjectKey::parse(plan.master_key.str() + "-" + work.fresh).value();
}

ImageRequest request_for(const Work& work, const HeroShotPlan& plan) {
  ImageRequest request;
  request.prompt = plan.prompt;
  request.size = plan.master_size;
  request.seed = seed_from(work.services.provider.capability(), plan.master_key.str() + work.fresh);
  return request;
}

PurchaseOrder order_for(const Work& work, const HeroShotPlan& plan) {
  PurchaseOrder order;
  order.job_id = work.job_id, order.slot = slot_of(work, plan);
  order.user = work.options.booking.user, order.attempt = work.options.booking.attempt;
  order.request = request_for(work, plan);
  order.budgets = work.options.budgets;
  order.again_when_unknown = work.options.again_when_unknown;
  order.deadline = deadline_after(work.services.clock, work.options.master_timeout);
  return order;
}

void record_cost(ShotWork& shot, const BoughtImage& bought) {
  shot.report.master = MasterSource::bought;
  const bool is_told = bought.source == CostSource::usage || bought.source == CostSource::provider;
  if (is_told) shot.report.actual = bought.actual;
}

Task<Result<Bytes>> kept_master(Work& work, ShotWork& shot) {
  if (work.services.places != nullptr) {
    auto place = co_await work.services.places->take();
    if (!place) co_return place.error();
    shot.place = std::move(*place);
  }
  const auto& key = shot.plan->master_key;
  auto vault = work.vault();
  const auto max_bytes = work.options.limits.max_bytes;
  Result<Bytes> kept = Error(Errc::not_found, "");
  if (!work.fresh.empty()) kept = co_await vault.get(fresh_key(work, *shot.plan), max_bytes);
  const bool is_fresh = kept.has_value();
  if (!is_fresh && kept.error().code == Errc::not_found) kept = co_await vault.get(key, max_bytes);
  if (!kept) co_return in_context(kept.error(), "the kept master " + key.str());
  const auto settled = co_await settle_kept(services_of(work), work.job_id, slot_of(work, *shot.plan));
  if (!settled) co_return settled.error();
  boost::json::object detail{{"shot", shot.plan->shot_id}, {"key", key.str()}, {"sha256", to_hex(sha256(*kept))}};
  const auto told = co_await note(work, "image_found", std::move(detail));
  if (!told) co_return told.error();
  shot.has_fresh = is_fresh;
  co_return kept;
}

boost::json::object bought_detail(const Work& work, const ShotWork& shot, const PurchaseOrder& order,
                                  const BoughtImage& bought) {
  const auto& request = order.request;
  auto detail = request_detail(work.services.provider.capability(), request);
  detail["shot"] = shot.plan->shot_id;
  detail["key"] = shot.plan->master_key.str();
  detail["purchase"] = bought.purchase_id;
  detail["sha256"] = to_hex(sha256(bought.image.file));
  if (!bought.image.revised_prompt.empty() && bought.image.revised_prompt != request.prompt.text)
    detail["revisedPrompt"] = bought.image.revised_prompt;
  detail["usd"] = bought.actual ? boost::json::value(to_string(*bought.actual)) : boost::json::value(nullptr);
  return detail;
}

Task<Result<Bytes>> buy_master(Work& work, ShotWork& shot) {
  const bool cancelled = co_await is_cancelled();
  if (cancelled || work.options.stop_buying.stop_requested())
    co_return Error{Errc::cancelled, "stopped before its master was bought"};
  work.tell(HeroProgress::Kind::buying_master, shot);
  const bool is_fresh = !work.fresh.empty();
  const auto key = is_fresh ? fresh_key(work, *shot.plan) : shot.plan->master_key;
  std::optional<Bytes> file;  // what was there already, or what could not be kept
  std::optional<Error> not_kept;
  bool is_kept = false;
  KeepImage keep = [&](const BoughtImage& bought) -> Task<Result<void>> {
    record_cost(shot, bought);
    shot.place = bought.place;
    auto vault = work.vault();
    auto kept = co_await vault.keep(key, bought.image.file, false, work.options.limits.max_bytes);
    if (kept) {
      file = std::move(*kept);
      is_kept = true;
      co_return Result<void>();
    }
    file = bought.image.file;
    not_kept = kept.error();
    co_return kept.error();
  };
  const auto order = order_for(work, *shot.plan);
  auto bought = co_await buy_image(services_of(work), order, std::move(keep));
  if (bought) {
    auto detail = bought_detail(work, shot, order, *bought);
    const auto told = co_await note(work, "image_bought", std::move(detail));
    if (!told) co_return told.error();
    shot.has_fresh = is_fresh;
    co_return file ? std::move(*file) : std::move(bought->image.file);
  }
  if (is_kept && !file) {
    auto vault = work.vault();
    auto kept = co_await vault.get(key, work.options.limits.max_bytes);
    if (kept) file = std::move(*kept);
  }
  if (!file) co_return bought.error();
  // It is paid for and in memory: the files are made from it all the same, and the report says that it was not kept.
  shot.failures.push_back({shot.plan->shot_id, key.str(),
                           not_kept ? in_context(*not_kept, "the master could not be kept")
                                    : in_context(bought.error(), "the purchase could not be booked"),
                           false});
  co_return std::move(*file);
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
  const bool can_be_asked = !purchase.remote_id.empty() || work.services.provider.capability().takes_task_id;
  return purchase.state == PurchaseState::outcome_unknown ||
         (purchase.state == PurchaseState::intended && !can_be_asked);
}

Task<Result<void>> look_for_master(Work& work, ShotWork& shot) {
  auto vault = work.vault();
  const bool is_fresh = !work.fresh.empty();
  auto key = is_fresh ? fresh_key(work, *shot.plan) : shot.plan->master_key;
  const auto kept = co_await vault.has(std::move(key));
  if (!kept) co_return kept.error();
  if (*kept) shot.report.master = MasterSource::kept;
  if (*kept || work.request.dry_run) co_return Result<void>();
  auto find = [&] { return work.services.ledger.blocking(work.job_id, slot_of(work, *shot.plan)); };
  const auto booked = co_await work.services.pool.run(find);
  if (!booked) co_return booked.error();
  shot.is_booked = *booked && !is_bought_again(work, **booked);
  // A fresh master that is settled has taken its place already.
  if (is_fresh && *booked && (*booked)->state == PurchaseState::settled) shot.report.master = MasterSource::kept;
  co_return Result<void>();
}

Task<Result<Bytes>> have_master(Work& work, ShotWork& shot) {
  if (shot.report.master == MasterSource::kept) co_return co_await kept_master(work, shot);
  co_return co_await buy_master(work, shot);
}

Task<void> take_fresh(Work& work, ShotWork& shot, const Bytes& file) {
  if (!shot.has_fresh) co_return;
  auto vault = work.vault();
  const auto kept = co_await vault.keep(shot.plan->master_key, file, true, work.options.limits.max_bytes);
  Result<void> removed;
  if (kept) removed = co_await work.services.store.remove(fresh_key(work, *shot.plan));
  if (kept && removed) co_return;
  const Error& why = kept ? removed.error() : kept.error();
  shot.failures.push_back({shot.plan->shot_id, shot.plan->master_key.str(),
                           in_context(why, "the fresh master could not take the place of the one before"), false});
}

Task<Error> reject_master(Work& work, ShotWork& shot, const Bytes& master, Error why) {
  auto vault = work.vault();
  const auto key = shot.has_fresh ? fresh_key(work, *shot.plan) : shot.plan->master_key;
  const auto moved = co_await vault.reject(key, master);
  const auto* outcome = moved ? "; it was moved to masters/rejected/, and the next run will get another"
                              : "; it could not be moved away: delete it to get another";
  why.message = "the master " + key.str() + " cannot be used: " + why.message;
  const auto freed = co_await free_slot(services_of(work), work.job_id, slot_of(work, *shot.plan), why.message);
  if (!freed) why.message += "; the purchase is still booked (" + freed.error().message + ")";
  why.message += outcome;
  co_return why;
}

Task<Result<void>> note(Work& work, std::string name, boost::json::object detail) {
  if (!work.options.booking.note) co_return Result<void>();
  JobNote written{std::move(name), json::write(detail)};
  co_return co_await work.options.booking.note(std::move(written));
}

}  // namespace imagegen::heroes
