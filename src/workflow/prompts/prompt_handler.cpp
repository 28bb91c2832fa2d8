#include <imagegen/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

#include "json/write.hpp"
#include "workflow/asset_records.hpp"
#include "workflow/image_job/have_master.hpp"
#include "workflow/image_job/whole_object.hpp"
#include "workflow/prompts/prompt_event.hpp"
#include "workflow/prompts/prompt_rendering.hpp"
#include "workflow/prompts/prompt_request.hpp"
#include "workflow/recorded_job.hpp"
#include "workflow/seed.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

// What is kept or can be taken up again costs nothing to try again; what is unknown is not bought again by that either.
bool may_go_better(const Error& error) {
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
    if (auto why = why_not(job_.route, services_.providers); !why.empty()) {
      JobResult result;
      result.state = JobState::failed;
      result.error = std::move(why);
      result.declined = true;  // another worker may be able to
      co_return result;
    }
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
    if (may_go_better(error))
      result.again_after = std::min<std::chrono::milliseconds>(error.retry_after.value_or(std::chrono::milliseconds(0)),
                                                               kLongestRetryAfter);
    return result;
  }

  const std::vector<ProviderModel>& route() const { return job_.route.empty() ? options_.route : job_.route; }
  ObjectKey master_key(int slot) const { return prompt_master_key(run_.job().id, slot); }
  // Each picture of a job has a seed of its own, which a repetition finds again.
  ImageRequest request_for(int slot) const {
    const auto first = choose(services_.providers, route().empty() ? ProviderModel() : route().front());
    if (!first) return {};  // why_not() has said so
    auto request = prompt_image_request(*first, options_, job_.request.final_prompt);
    request.seed = seed_from(*first->model, run_.job().id + "/" + std::to_string(slot));
    if (job_.approved) request.size = job_.approved->size;
    return request;
  }
  MasterServices for_masters() {
    return master_services(services_, &services_.jobs, &places_, options_.limits.max_bytes);
  }
  void done(std::string_view step) const {
    if (services_.on_step) services_.on_step(step);
  }

  Task<Result<void>> make(int slot) {
    auto master = co_await have_master(for_masters(), order_for(slot));
    if (!master) co_return master.error();
    // It lies in the spool at best: nothing is published of what the store does not have.
    if (master->not_kept) co_return *master->not_kept;
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

  MasterOrder order_for(int slot) {
    MasterOrder order;
    order.purchase.job_id = run_.job().id, order.purchase.slot = std::to_string(slot);
    order.purchase.user = run_.job().owner;
    order.purchase.master_key = master_key(slot).str();
    order.purchase.attempt = run_.job().attempt;
    order.purchase.request = request_for(slot);
    order.purchase.budgets = options_.budgets;
    order.purchase.route.order = route();
    if (job_.approved)
      order.purchase.route.approved = job_.approved->price, order.purchase.approved_size = job_.approved->size;
    order.purchase.again_when_unknown = options_.again_when_unknown;
    order.purchase.deadline = deadline_after(services_.clock, options_.image_timeout);
    order.purchase.may_buy = [this]() -> Task<Result<void>> { co_return co_await run_.may_buy(); };
    return order;
  }

  PromptRendering rendering(const Master& master) const {
    PromptRendering rendering;
    rendering.encoding = options_.encoding;
    if (!master.answer.trained_model) rendering.source = DigitalSourceType::algorithmic_media;
    return rendering;
  }

  // Under the hash of its content, so that a URL never changes its picture. The record comes after the file and before
  // the job speaks of it; a repetition finds both.
  Task<Result<PromptImage>> publish(int slot, Master& master) {
    auto made = co_await render_prompt_image(master.file, rendering(master), options_.limits, services_.pool);
    if (!made && made.error().code == Errc::corrupt_data) co_return co_await set_aside(slot, std::move(master), made.error());
    if (!made) co_return made.error();
    made_size_ = made->image.size;
    const Bytes& file = made->image.bytes;
    const auto hash = to_hex(sha256(file));
    const auto format = options_.encoding.format;
    const auto key = ObjectKey::parse("images/" + hash + "." + std::string(to_string(format))).value();
    PutOptions put;
    put.content_type = mime_type(format);
    put.cache_control = kForEver;
    const auto stored = co_await put_if_absent(services_.store, key, file, put);
    if (!stored && stored.error().code != Errc::already_exists) co_return stored.error();
    done("published");
    PromptImage image{slot, services_.store.url(key), key.str(), hash, purchase_of(master), {}};
    if (master.answer.revised_prompt != job_.request.final_prompt) image.revised_prompt = master.answer.revised_prompt;
    const auto recorded = co_await record_asset(services_.metadata, record_of(image, master, made->image));
    if (!recorded) co_return recorded.error();
    co_return image;
  }

  static std::string purchase_of(const Master& master) {
    return master.answer.purchase_id.empty() && master.purchase ? master.purchase->id : master.answer.purchase_id;
  }

  AssetRecord record_of(const PromptImage& image, const Master& master, const EncodedImage& file) const {
    const Job& job = run_.job();
    AssetRecord asset;
    asset.id = asset_id(job.id, std::to_string(image.slot)), asset.kind = "rendition";
    asset.object_key = image.key, asset.url = image.url, asset.content_type = mime_type(file.format);
    asset.sha256 = image.sha256, asset.size = file.size, asset.size_bytes = file.bytes.size();
    asset.job_id = job.id, asset.owner = job.owner;
    asset.provider = master.answer.provider, asset.model = master.answer.model;
    asset.prompt_sha256 = job_.final_prompt_sha256;
    js::object extra{{"slot", image.slot}, {"purchase", image.purchase_id}, {"master", master_key(image.slot).str()}};
    if (const auto differs = size_note(master.answer.size, file.size)) extra["note"] = *differs;
    asset.extra = json::write(extra);
    asset.created = to_timestamp(services_.clock.wall_now());
    return asset;
  }

  // Whoever tries the job again gets another.
  Task<Result<PromptImage>> set_aside(int slot, Master master, Error why) {
    auto order = order_for(slot);
    co_return co_await reject_master(for_masters(), order.purchase, std::move(master), std::move(why));
  }

  std::vector<JobNote> notes_of(const Master& master, const PromptImage& image) const {
    auto bought = request_detail(master.answer);
    bought["slot"] = image.slot;
    bought["purchase"] = image.purchase_id;
    bought["approvedPromptSha256"] = job_.final_prompt_sha256;
    const auto actual = master.answer.actual ? master.answer.actual
                        : master.purchase    ? master.purchase->actual
                                             : std::nullopt;
    bought["usd"] = actual ? js::value(to_string(*actual)) : js::value(nullptr);
    const auto differs = size_note(master.answer.size, made_size_);
    if (differs) bought["note"] = *differs;
    std::vector<JobNote> notes{{master.bought_now ? "image_bought" : "image_found", json::write(bought)}};
    if (!image.revised_prompt.empty())
      notes.push_back({"prompt_revised", json::write(js::object{{"slot", image.slot},
                                                                {"by", master.answer.provider},
                                                                {"revisedPrompt", image.revised_prompt}})});
    notes.push_back({"image_stored", json::write(stored_detail(image, master))});
    return notes;
  }

  // With all that decides what the file is like, so that it can be made again.
  js::object stored_detail(const PromptImage& image, const Master& master) const {
    const auto made = rendering(master);
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
  PixelSize made_size_;  // of the picture that was published last
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
