#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <boost/json.hpp>

#include <utility>

#include "json/write.hpp"
#include "workflow/asset_records.hpp"
#include "workflow/master_vault.hpp"
#include "workflow/prompts/prompt_event.hpp"
#include "workflow/prompts/prompt_rendering.hpp"
#include "workflow/prompts/prompt_request.hpp"
#include "workflow/purchase_services.hpp"
#include "workflow/recorded_job.hpp"
#include "workflow/seed.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

// A picture as the provider sent it, and what the ledger and the provider say of it.
struct Master {
  Bytes file;
  std::string purchase_id, revised_prompt;
  std::optional<Usd> actual;
  bool bought_now = false;
  std::shared_ptr<void> place = {};            // among the pictures that are in memory
  std::optional<PurchaseIntent> earlier = {};  // for a picture that was found
};

bool may_go_better(const Error& error) {
  if (error.code == Errc::storage_failed && error.delivery == Delivery::answered) return false;  // it would buy again
  switch (error.code) {
    case Errc::unavailable:
    case Errc::rate_limited:
    case Errc::deadline_exceeded:
    case Errc::storage_failed:
      return true;
    default:
      return error.retry == Retry::later;
  }
}

class PromptRun {
 public:
  PromptRun(PromptServices& services, PromptOptions& options, Places& places, JobRun& run)
      : services_(services), options_(options), places_(places), run_(run) {}

  Task<JobResult> work() {
    auto read = read_prompt_job(run_.job());
    if (!read) co_return failed(read.error());
    job_ = std::move(*read);
    if (to_hex(sha256(job_.request.final_prompt)) != job_.final_prompt_sha256)
      co_return failed({Errc::corrupt_data, "the prompt is not the one that was approved: its SHA-256 differs"});
    for (int slot = 0; slot < job_.request.image_count; ++slot) {
      if (job_.has(slot)) continue;
      const bool cancelled = co_await is_cancelled();
      if (cancelled) co_return failed({Errc::cancelled, "stopped before image " + std::to_string(slot + 1)});
      const auto made = co_await make(slot);
      if (!made) co_return failed(in_context(made.error(), "image " + std::to_string(slot + 1)));
    }
    co_return JobResult{};
  }

 private:
  static JobResult failed(const Error& error) {
    JobResult result;
    result.state = error.code == Errc::cancelled ? JobState::cancelled : JobState::failed;
    result.error = std::string(to_string(error.code)) + ": " + error.message;
    if (may_go_better(error)) result.again_after = error.retry_after.value_or(std::chrono::milliseconds(0));
    return result;
  }

  ObjectKey master_key(int slot) const { return prompt_master_key(run_.job().id, slot); }
  // Each picture of a job has a seed of its own, which a repetition finds again.
  ImageRequest request_for(int slot) const {
    const auto capability = services_.provider.capability();
    auto request = prompt_image_request(capability, options_, job_.request.final_prompt);
    request.seed = seed_from(capability, run_.job().id + "/" + std::to_string(slot));
    return request;
  }
  PurchaseServices for_a_purchase() { return purchase_services(services_, &places_); }
  void done(std::string_view step) const {
    if (services_.on_step) services_.on_step(step);
  }

  Task<Result<void>> make(int slot) {
    const auto master = co_await have_master(slot);
    if (!master) co_return master.error();
    auto image = co_await publish(slot, *master);
    if (!image) co_return image.error();
    done("recorded");
    job_.images.push_back(std::move(*image));
    JobUpdate update;
    update.output = prompt_job_output(job_.images);
    update.notes = notes_of(*master, job_.images.back());
    const auto saved = co_await run_.save(std::move(update));
    done("saved");
    co_return saved;
  }

  Task<Result<Master>> have_master(int slot) {
    MasterVault vault(services_.store);
    const auto key = master_key(slot);
    const auto kept = co_await vault.has(key);
    if (!kept) co_return kept.error();
    if (*kept) co_return co_await kept_master(slot);
    co_return co_await buy(slot);
  }

  Task<Result<Master>> kept_master(int slot) {
    auto place = co_await places_.take();
    if (!place) co_return place.error();
    MasterVault vault(services_.store);
    auto file = co_await vault.get(master_key(slot), options_.limits.max_bytes);
    if (!file) co_return file.error();
    const auto closed = co_await settle_kept(for_a_purchase(), run_.job().id, std::to_string(slot));
    if (!closed) co_return closed.error();
    auto find = [&] { return services_.ledger.blocking(run_.job().id, std::to_string(slot)); };
    const auto purchase = co_await services_.pool.run(find);
    Master master{std::move(*file), {}, {}, {}, false, std::move(*place)};
    if (purchase && *purchase) {
      master.purchase_id = (*purchase)->id, master.actual = (*purchase)->actual;
      master.earlier = **purchase;
    }
    co_return master;
  }

  Task<Result<Master>> buy(int slot) {
    PurchaseOrder order;
    order.job_id = run_.job().id, order.slot = std::to_string(slot), order.user = run_.job().owner;
    order.attempt = run_.job().attempt;
    order.request = request_for(slot);
    order.budgets = options_.budgets;
    order.again_when_unknown = options_.again_when_unknown;
    order.deadline = deadline_after(services_.clock, options_.image_timeout);
    KeepImage keep = [this, slot](const BoughtImage& bought) -> Task<Result<void>> {
      MasterVault vault(services_.store);
      auto kept = co_await vault.keep(master_key(slot), bought.image.file, false, options_.limits.max_bytes);
      if (!kept) co_return kept.error();
      co_return Result<void>();
    };
    auto bought = co_await buy_image(for_a_purchase(), std::move(order), std::move(keep));
    if (!bought) co_return bought.error();
    co_return Master{
        std::move(bought->image.file), bought->purchase_id, bought->image.revised_prompt, bought->actual, true,
        std::move(bought->place)};
  }

  PromptRendering rendering() const {
    PromptRendering rendering;
    rendering.encoding = options_.encoding;
    if (!services_.provider.capability().trained_model) rendering.source = DigitalSourceType::algorithmic_media;
    return rendering;
  }

  // Under the hash of its content, so that a URL never changes its picture. The record comes after the file and before
  // the job speaks of it; a repetition finds both.
  Task<Result<PromptImage>> publish(int slot, const Master& master) {
    auto made = co_await render_prompt_image(master.file, rendering(), options_.limits, services_.pool);
    if (!made && made.error().code == Errc::corrupt_data) co_return co_await set_aside(slot, master, made.error());
    if (!made) co_return made.error();
    const Bytes& file = made->image.bytes;
    const auto hash = to_hex(sha256(file));
    const auto format = options_.encoding.format;
    const auto key = ObjectKey::parse("images/" + hash + "." + std::string(to_string(format))).value();
    PutOptions put;
    put.content_type = mime_type(format);
    put.cache_control = kForEver;
    put.only_if_absent = true;
    const auto stored = co_await services_.store.put(key, file, put);
    if (!stored && stored.error().code != Errc::already_exists) co_return stored.error();
    done("published");
    PromptImage image{slot, services_.store.url(key), key.str(), hash, master.purchase_id, {}};
    if (master.revised_prompt != job_.request.final_prompt) image.revised_prompt = master.revised_prompt;
    const auto recorded = co_await record_asset(services_.metadata, record_of(image, made->image));
    if (!recorded) co_return recorded.error();
    co_return image;
  }

  AssetRecord record_of(const PromptImage& image, const EncodedImage& file) const {
    const Job& job = run_.job();
    const auto capability = services_.provider.capability();
    AssetRecord asset;
    asset.id = asset_id(job.id, std::to_string(image.slot)), asset.kind = "rendition";
    asset.object_key = image.key, asset.url = image.url, asset.content_type = mime_type(file.format);
    asset.sha256 = image.sha256, asset.size = file.size, asset.size_bytes = file.bytes.size();
    asset.job_id = job.id, asset.owner = job.owner;
    asset.provider = capability.provider, asset.model = capability.model;
    asset.prompt_sha256 = job_.final_prompt_sha256;
    asset.extra = json::write(
        js::object{{"slot", image.slot}, {"purchase", image.purchase_id}, {"master", master_key(image.slot).str()}});
    asset.created = to_timestamp(services_.clock.wall_now());
    return asset;
  }

  // It was paid for, so it is not thrown away; but whoever tries the job again gets another.
  Task<Result<PromptImage>> set_aside(int slot, const Master& master, Error why) {
    MasterVault vault(services_.store);
    const auto moved = co_await vault.reject(master_key(slot), master.file);
    if (!moved) co_return why;
    co_await free_slot(for_a_purchase(), run_.job().id, std::to_string(slot),
                       "the picture cannot be used: " + why.message);
    co_return why;
  }

  std::vector<JobNote> notes_of(const Master& master, const PromptImage& image) const {
    const auto capability = services_.provider.capability();
    auto bought = request_detail(capability, request_for(image.slot));
    if (master.earlier) {  // what is configured now is not what was asked then
      bought["provider"] = master.earlier->provider;
      bought["model"] = master.earlier->model;
      bought["requestHash"] = master.earlier->request_hash;
    }
    bought["slot"] = image.slot;
    bought["purchase"] = image.purchase_id;
    bought["approvedPromptSha256"] = job_.final_prompt_sha256;
    bought["usd"] = master.actual ? js::value(to_string(*master.actual)) : js::value(nullptr);
    std::vector<JobNote> notes{{master.bought_now ? "image_bought" : "image_found", json::write(bought)}};
    if (!image.revised_prompt.empty())
      notes.push_back({"prompt_revised", json::write(js::object{{"slot", image.slot},
                                                                {"by", capability.provider},
                                                                {"revisedPrompt", image.revised_prompt}})});
    notes.push_back({"image_stored", json::write(stored_detail(image))});
    return notes;
  }

  // With all that decides what the file is like, so that it can be made again.
  js::object stored_detail(const PromptImage& image) const {
    const auto made = rendering();
    return {{"slot", image.slot},
            {"key", image.key},
            {"sha256", image.sha256},
            {"format", to_string(made.encoding.format)},
            {"quality", made.encoding.quality},
            {"effort", made.encoding.effort},
            {"digitalSourceType", to_string(made.source)}};
  }

  PromptServices& services_;
  PromptOptions& options_;
  Places& places_;
  JobRun& run_;
  PromptJob job_;
};

}  // namespace

JobHandler prompt_job_handler(PromptServices services, PromptOptions options) {
  const auto places = std::make_shared<Places>(options.pictures_at_a_time);
  return [services, options, places](JobRun& job) mutable -> Task<JobResult> {
    PromptRun run(services, options, *places, job);
    const auto begun = services.clock.now();
    auto result = co_await run.work();
    PromptEnd end{
        result.state, std::chrono::duration_cast<std::chrono::milliseconds>(services.clock.now() - begun), {}};
    // As the worker will write it.
    const bool cancelled = co_await is_cancelled();
    if (cancelled && end.state == JobState::failed) end.state = JobState::cancelled;
    result.announcements = co_await announce_end(services, job.job(), end);
    co_return result;
  };
}

}  // namespace imagegen
