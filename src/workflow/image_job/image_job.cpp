#include "workflow/image_job/image_job.hpp"

#include <imagegen/maker/core/parallel.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/image/decode.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "json/write.hpp"
#include "workflow/image_job/have_master.hpp"
#include "workflow/image_job/master_vault.hpp"
#include "workflow/image_job/publish.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

class JobRunner {
 public:
  JobRunner(WorkServices& services, ImageJobPlan& plan, ImageJobHooks& hooks)
      : services_(services), plan_(plan), hooks_(hooks) {
    outcome_.slots.resize(plan.slots.size());
  }

  Task<ImageJobOutcome> run() {
    const auto together = static_cast<std::size_t>(plan_.together);
    auto body = [this, together](std::size_t index) -> Task<void> {
      const auto first = index * together, last = std::min(first + together, plan_.slots.size());
      if (!is_stopped_) co_await make(first, last);
    };
    co_await for_each_concurrently((plan_.slots.size() + together - 1) / together, plan_.at_a_time, body);
    co_return std::move(outcome_);
  }

 private:
  MasterServices for_masters() const { return master_services(services_, plan_.limits.max_bytes); }
  void tell(ImageJobStep step, std::size_t slot, const ObjectKey* file = nullptr) const {
    if (hooks_.progress) hooks_.progress(step, slot, file);
  }

  // The slots [first, last), which one purchase fills.
  MasterOrder order_for(std::size_t first, std::size_t last) {
    const ImageSlot& slot = plan_.slots[first];
    MasterOrder order;
    auto& purchase = order.purchase;
    purchase.job_id = plan_.job_id, purchase.slot = slot.slot, purchase.master_key = slot.master.str();
    purchase.user = plan_.owner, purchase.attempt = plan_.attempt;
    purchase.request = slot.request;
    purchase.request.count = static_cast<int>(last - first);
    for (std::size_t i = first + 1; i < last; ++i)
      purchase.also.push_back({plan_.slots[i].slot, plan_.slots[i].master.str()});
    for (std::size_t i = first; i < last && plan_.together > 1; ++i)
      purchase.seeds.emplace(plan_.slots[i].slot, plan_.slots[i].request.seed);
    purchase.route.order = plan_.route;
    if (slot.approved) purchase.approved_size = slot.approved->size;
    for (std::size_t i = first; i < last; ++i) approve(purchase.route.approved, plan_.slots[i]);
    purchase.budgets = plan_.budgets;
    purchase.again_when_unknown = plan_.again_when_unknown;
    purchase.deadline = deadline_after(services_.clock, plan_.timeout);
    purchase.may_buy = [this]() -> Task<Result<void>> { co_return co_await may_buy(); };
    if (slot.replaces && slot.has_replaced) order.also_kept_as = {*slot.replaces};
    order.on_buying = [this, first, last] {
      for (std::size_t i = first; i < last; ++i) tell(ImageJobStep::buying, i);
    };
    return order;
  }

  // Of several at once none may cost more than the cheapest was approved for.
  static void approve(std::optional<Usd>& highest, const ImageSlot& slot) {
    if (!slot.approved || !slot.approved->price) return;
    highest = highest ? std::min(*highest, *slot.approved->price) : *slot.approved->price;
  }

  Task<Result<void>> may_buy() {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return Error{Errc::cancelled, "stopped before its picture was bought"};
    if (hooks_.may_buy) co_return co_await hooks_.may_buy();
    co_return Result<void>();
  }

  Task<void> make(std::size_t first, std::size_t last) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return;
    auto having = have_masters(for_masters(), order_for(first, last));  // named: what it is begun with does not stay
    auto masters = co_await std::move(having);
    // Every picture that is paid for is published, also beside one that failed.
    for (std::size_t i = first; i < last; ++i) {
      auto& master = masters[i - first];
      if (!master) {
        fail(i, master.error());
        continue;
      }
      auto finishing = finish(i, std::move(*master));
      co_await std::move(finishing);
    }
  }

  void fail(std::size_t index, Error error) {
    auto& slot = outcome_.slots[index];
    slot.has_failed = true;
    slot.failures.push_back({{}, std::move(error)});
    stop_after_failure();
    tell(ImageJobStep::slot_failed, index);
  }
  void stop_after_failure() { is_stopped_ = is_stopped_ || plan_.on_failure == FailurePolicy::stop; }

  void describe(SlotOutcome& outcome, const Master& master) const {
    outcome.source = master.bought_now ? SlotOutcome::Source::bought : SlotOutcome::Source::kept;
    outcome.answer = master.answer;
    outcome.purchase_id = master.answer.purchase_id.empty() && master.purchase ? master.purchase->id
                                                                               : master.answer.purchase_id;
    outcome.cost = cost_of_one(master.answer);
    if (!outcome.cost && master.purchase) outcome.cost = master.purchase->actual;
    const auto info = inspect_image(master.file, plan_.limits);
    if (!info) return;
    outcome.master_size = info->size, outcome.master_notes = info->notes;
    if (auto differs = size_note(master.answer.size, info->size)) outcome.master_notes.push_back(std::move(*differs));
  }

  boost::json::object master_detail(const ImageSlot& slot, const SlotOutcome& outcome) const {
    auto detail = slot.about;
    for (const auto& field : request_detail(outcome.answer)) detail[field.key()] = field.value();
    detail["key"] = slot.replaces.value_or(slot.master).str();
    detail["purchase"] = outcome.purchase_id;
    detail["sha256"] = outcome.answer.sha256;
    const auto& revised = outcome.answer.revised_prompt;
    if (!revised.empty() && revised != slot.request.prompt.text) detail["revisedPrompt"] = revised;
    detail["usd"] = outcome.cost ? boost::json::value(to_string(*outcome.cost)) : boost::json::value(nullptr);
    if (const auto differs = size_note(outcome.answer.size, outcome.master_size)) detail["note"] = *differs;
    return detail;
  }

  Task<Result<void>> save(JobUpdate update) {
    if (!hooks_.save || (update.notes.empty() && !update.output)) co_return Result<void>();
    const auto saved = co_await hooks_.save(std::move(update));
    if (services_.on_step) services_.on_step("saved");
    co_return saved;
  }

  Task<void> finish(std::size_t index, Master master) {
    const ImageSlot& slot = plan_.slots[index];
    SlotOutcome& outcome = outcome_.slots[index];
    describe(outcome, master);
    JobUpdate update;
    if (master.not_kept) {
      // It is paid for and in memory, and lies in the spool at best.
      if (!plan_.publishes_unkept) co_return fail(index, *master.not_kept);
      outcome.failures.push_back({master.key.str(), in_context(*master.not_kept, "the master could not be kept")});
    } else {
      update.notes.push_back({master.bought_now ? "image_bought" : "image_found", json::write(master_detail(slot, outcome))});
    }
    if (plan_.notes_at_once) {
      const auto told = co_await save(std::exchange(update, {}));
      if (!told) co_return fail(index, told.error());
    }
    // A provider that cannot let its answer wait has brought it already: what is made of it waits instead.
    if (services_.places != nullptr && !master.place) {
      auto place = co_await services_.places->take();
      if (!place) {
        co_await save(std::move(update));
        co_return fail(index, place.error());
      }
      master.place = std::move(*place);
    }
    tell(ImageJobStep::have_master, index);
    co_await cut(index, std::move(master), std::move(update));
  }

  // \param update What is written with the files.
  Task<void> cut(std::size_t index, Master master, JobUpdate update) {
    const ImageSlot& slot = plan_.slots[index];
    SlotOutcome& outcome = outcome_.slots[index];
    PublishTask task{plan_, slot, outcome.answer, {}};
    task.on_file = [this, index](const ObjectKey* made) {
      tell(made != nullptr ? ImageJobStep::file_done : ImageJobStep::file_failed, index, made);
    };
    const auto done = co_await publish(services_, std::move(task), master.file, outcome);
    const auto failed = [](const FileOutcome& file) { return !file.made && !file.exists; };
    if (std::any_of(outcome.files.begin(), outcome.files.end(), failed)) stop_after_failure();
    const bool is_corrupt = !done && done.error().code == Errc::corrupt_data;
    if (!is_corrupt) co_await take_place(slot, outcome, master);
    const auto saved = co_await save_files(index, std::move(update));
    if (!saved) co_return fail(index, saved.error());
    if (done) co_return;
    if (!is_corrupt) co_return fail(index, done.error());
    auto order = order_for(index, index + 1);
    auto why = co_await reject_master(for_masters(), order.purchase, std::move(master), done.error());
    fail(index, std::move(why));
  }

  Task<Result<void>> save_files(std::size_t index, JobUpdate update) {
    const SlotOutcome& outcome = outcome_.slots[index];
    const auto detail = stored_detail(plan_.slots[index], outcome);
    if (hooks_.on_slot) {
      auto theirs = hooks_.on_slot(index, outcome);
      std::ranges::move(theirs.notes, std::back_inserter(update.notes));
      update.output = std::move(theirs.output);
    }
    if (!detail.empty()) update.notes.push_back({"files_stored", json::write(detail)});
    co_return co_await save(std::move(update));
  }

  // Puts a fresh picture that has proved usable in the place of the one before.
  Task<void> take_place(const ImageSlot& slot, SlotOutcome& outcome, const Master& master) {
    if (!slot.replaces || master.key == *slot.replaces || master.not_kept) co_return;
    MasterVault vault(services_.store);
    const auto told = co_await vault.keep_answer(*slot.replaces, master.answer);
    Result<std::optional<Bytes>> kept = std::optional<Bytes>();
    if (told)
      kept = co_await vault.keep(*slot.replaces, master.file, true, plan_.limits.max_bytes);
    else
      kept = told.error();
    Result<void> removed;
    if (kept) removed = co_await vault.remove(slot.master, master.file);
    if (kept && removed) co_return;
    outcome.failures.push_back(
        {slot.replaces->str(), in_context(kept ? removed.error() : kept.error(),
                                          "the fresh master could not take the place of the one before")});
  }

  WorkServices& services_;
  ImageJobPlan& plan_;
  ImageJobHooks& hooks_;
  ImageJobOutcome outcome_;
  bool is_stopped_ = false;
};

}  // namespace

Task<ImageJobOutcome> run_image_job(WorkServices services, ImageJobPlan plan, ImageJobHooks hooks) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  JobRunner runner(services, plan, hooks);
  co_return co_await runner.run();
}

}  // namespace imagegen
