#include <imagegen/maker/core/shield.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "json/object_reader.hpp"
#include "json/write.hpp"
#include "workflow/announcement.hpp"
#include "workflow/heroes/lifestyle_pack_json.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestOrder = 8U << 20U;  // bytes
constexpr std::array<std::string_view, 3> kProvenances = {"none", "source", "detailed"};

Error corrupt(const std::string& why) {
  return {Errc::corrupt_data, "the input of a heroes job: " + why};
}

std::vector<std::string> strings(const js::array* list) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    if (const auto* text = (*list)[i].if_string()) texts.emplace_back(*text);
  }
  return texts;
}

std::optional<HeroProvenance> provenance_of(std::string_view word) {
  const auto found = std::find(kProvenances.begin(), kProvenances.end(), word);
  if (found == kProvenances.end()) return std::nullopt;
  return static_cast<HeroProvenance>(found - kProvenances.begin());
}

js::array approved_json(const std::map<std::string, ApprovedPicture, std::less<>>& approved) {
  js::array list;
  for (const auto& [shot, picture] : approved)
    list.push_back({{"shot", shot},
                    {"size", to_string(picture.size)},
                    {"nanoUsd", picture.price ? std::to_string(picture.price->nanos) : std::string()}});
  return list;
}

std::map<std::string, ApprovedPicture, std::less<>> approved_of(const js::array* list) {
  std::map<std::string, ApprovedPicture, std::less<>> approved;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* entry = (*list)[i].if_object();
    const auto size = entry != nullptr ? parse_pixel_size(text_of(*entry, "size")) : Error(Errc::corrupt_data, "");
    if (size) approved.emplace(text_of(*entry, "shot"), ApprovedPicture{*size, parse_nano_usd(text_of(*entry, "nanoUsd"))});
  }
  return approved;
}

std::optional<Usd> tighter(std::optional<Usd> a, std::optional<Usd> b) {
  if (a && b) return std::min(*a, *b);
  return a ? a : b;
}

HeroOptions options_for(HeroOptions options, const HeroOrder& order, const Job& job) {
  options.prompt_template = order.prompt_template;
  options.provenance = order.provenance;
  options.budget = tighter(options.budget, order.budget);
  options.allow_unknown_price = order.allow_unknown_price;
  options.fresh_masters = !order.fresh.empty();
  options.booking.job_id = job.id, options.booking.attempt = job.attempt, options.booking.user = job.owner;
  options.booking.fresh = order.fresh;
  options.booking.approved = order.approved;
  if (!order.route.empty()) options.route = order.route;
  return options;
}

bool was_cut_short(const std::vector<HeroFailure>& failed) {
  return std::any_of(failed.begin(), failed.end(),
                     [](const HeroFailure& failure) { return failure.error.code == Errc::cancelled; });
}

JobState state_after(const HeroOutcome& outcome) {
  if (const auto* refusal = std::get_if<HeroRefusal>(&outcome))
    return was_cut_short(refusal->failed) ? JobState::cancelled : JobState::failed;
  const auto& failed = std::get<HeroResult>(outcome).failed;
  if (was_cut_short(failed)) return JobState::cancelled;
  return failed.empty() ? JobState::succeeded : JobState::partly_succeeded;
}

std::string error_of(const HeroOutcome& outcome) {
  const auto* refusal = std::get_if<HeroRefusal>(&outcome);
  const auto& failed = refusal ? refusal->failed : std::get<HeroResult>(outcome).failed;
  std::string text = refusal ? refusal->error + ": " + refusal->message : std::string();
  for (const auto& failure : failed) {
    if (text.size() > 2000) return text + "; and more";
    text += (text.empty() ? "" : "; ") + failure.shot_id + " " + failure.filename + ": " +
            std::string(to_string(failure.error.code)) + ": " + failure.error.message;
  }
  return text;
}

class HeroHandler {
 public:
  HeroHandler(HeroServices& services, HeroOptions& options, HeroWatcher& watcher, JobRun& run)
      : services_(services), options_(options), watcher_(watcher), run_(run) {}

  Task<JobResult> work() {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto order = parse_hero_order(run_.job().input);
    JobResult result;
    result.state = JobState::failed;
    if (!order) {
      result.error = order.error().message;
      co_return result;
    }
    if (const auto why = why_not(order->route, services_.providers); !why.empty()) {
      result.error = why;
      // A caller that waits for an order of its own cannot wait for a worker that does this one.
      result.declined = watcher_.input.empty();
      co_return result;
    }
    const bool is_own = !watcher_.input.empty() && watcher_.input == run_.job().input;
    auto options = options_for(options_, *order, run_.job());
    const bool is_foreign = !watcher_.input.empty() && !is_own;
    const auto stop_buying = options.stop_buying;
    options.booking.note = [this](JobNote note) -> Task<Result<void>> {
      JobUpdate update;
      update.notes.push_back(std::move(note));
      co_return co_await run_.save(std::move(update));
    };
    options.booking.may_buy = [this]() -> Task<Result<void>> { co_return co_await run_.may_buy(); };
    std::vector<Event> events;
    const auto sink = make_callback_event_sink([&events](const Event& event) { events.push_back(event); });
    auto services = services_;
    services.events = *sink;
    const auto outcome = co_await run_heroes(services, std::move(options), std::move(order->work_item_id),
                                             std::move(order->pack), std::move(order->request), watcher_.progress);
    result.state = state_after(outcome);
    result.output = to_json(outcome);
    result.error = error_of(outcome);
    result.stays = is_own;
    // Whoever gave the order still wants it; only the caller that was in the middle of it buys nothing more.
    result.released = is_foreign && stop_buying.stop_requested() && result.state == JobState::cancelled;
    for (Event& event : events) {
      event.id = run_.job().id + "." + std::to_string(run_.job().attempt);  // the same when it is delivered twice
      result.announcements.push_back(announcement_of(event));
    }
    if (watcher_.on_outcome) watcher_.on_outcome(run_.job(), outcome);
    co_return result;
  }

 private:
  HeroServices& services_;
  HeroOptions& options_;
  HeroWatcher& watcher_;
  JobRun& run_;
};

}  // namespace

HeroOrder hero_order(const HeroOptions& options, std::string work_item_id, LifestylePack pack, HeroRequest request,
                     std::vector<ProviderModel> route, const HeroPlan& plan) {
  HeroOrder order;
  order.route = std::move(route);
  for (const HeroShotPlan& shot : plan.shots)
    order.approved.emplace(shot.shot_id, ApprovedPicture{shot.master_size, shot.estimate.amount});
  order.work_item_id = std::move(work_item_id);
  order.pack = std::move(pack);
  order.request = std::move(request);
  order.prompt_template = options.prompt_template;
  order.provenance = options.provenance;
  order.budget = options.budget;
  order.allow_unknown_price = options.allow_unknown_price;
  if (options.fresh_masters) order.fresh = options.booking.fresh.empty() ? new_event_id() : options.booking.fresh;
  return order;
}

bool same_wish(HeroOrder earlier, HeroOrder ours) {
  if (earlier.fresh.empty() != ours.fresh.empty()) return false;
  earlier.fresh = ours.fresh = std::string();
  // An order of an older version did not say who is asked.
  if (earlier.route.empty()) ours.route.clear(), ours.approved = earlier.approved;
  return to_json(earlier) == to_json(ours);
}

std::string to_json(const HeroOrder& order) {
  js::array shots(order.request.shot_ids.begin(), order.request.shot_ids.end());
  const auto first = order.route.empty() ? ProviderModel() : order.route.front();
  js::object json{{"workItemId", order.work_item_id},
                  {"pack", lifestyle_pack_json(order.pack)},
                  {"shotIds", std::move(shots)},
                  {"overwrite", order.request.overwrite},
                  {"promptTemplate", order.prompt_template},
                  {"provenance", kProvenances[static_cast<std::size_t>(order.provenance)]},
                  {"budgetNanoUsd", order.budget ? std::to_string(order.budget->nanos) : std::string()},
                  {"allowUnknownPrice", order.allow_unknown_price},
                  {"fresh", order.fresh},
                  {"provider", first.provider},
                  {"model", first.model},
                  {"quality", first.quality},
                  {"masters", approved_json(order.approved)}};
  write_further(order.route, json);
  return json::write(json);
}

Result<HeroOrder> parse_hero_order(std::string_view text) {
  const auto document = json::parse(text, kLargestOrder);
  if (!document) return corrupt(document.error().message);
  std::vector<FieldFault> faults;
  json::ObjectReader reader(*document, "", faults);
  HeroOrder order;
  order.work_item_id = reader.text("workItemId", json::Need::required);
  order.request.shot_ids = strings(reader.array("shotIds", 100'000, json::Need::required));
  order.request.overwrite = reader.flag("overwrite", false);
  order.prompt_template = reader.text("promptTemplate", json::Need::optional);
  const auto provenance = provenance_of(reader.text("provenance", json::Need::required));
  order.budget = parse_nano_usd(reader.text("budgetNanoUsd", json::Need::optional));
  order.allow_unknown_price = reader.flag("allowUnknownPrice", false);
  order.fresh = reader.text("fresh", json::Need::optional);
  if (document->is_object()) order.route = read_route(document->get_object());
  order.approved = approved_of(reader.array("masters", 100'000, json::Need::optional));
  const auto* pack = reader.value("pack");
  if (!faults.empty()) return corrupt(faults.front().path + ": " + faults.front().message);
  if (!provenance || !pack) return corrupt("expected provenance and pack");
  order.provenance = *provenance;
  auto parsed = parse_lifestyle_pack(json::write(*pack));
  if (auto* wrong = std::get_if<std::vector<FieldFault>>(&parsed))
    return corrupt("pack." + wrong->front().path + ": " + wrong->front().message);
  order.pack = std::get<LifestylePack>(std::move(parsed));
  return order;
}

JobHandler hero_job_handler(HeroServices services, HeroOptions options, HeroWatcher watcher) {
  return [services, options, watcher](JobRun& run) mutable -> Task<JobResult> {
    HeroHandler handler(services, options, watcher, run);
    co_return co_await handler.work();
  };
}

}  // namespace imagegen
