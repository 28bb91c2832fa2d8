#include <imagegen/core/digest.hpp>
#include <imagegen/job/job_changes.hpp>
#include <imagegen/workflow/prompts/prompt_replay.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "json/write.hpp"
#include "workflow/master_vault.hpp"
#include "workflow/prompts/prompt_rendering.hpp"
#include "workflow/prompts/prompt_request.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

// What the events say of one picture.
struct Recorded {
  ProviderCapability provider;
  ImageRequest request;
  PromptRendering rendering;
  std::string request_hash, sha256;
};

std::string text_of(const js::object& detail, std::string_view name) {
  const auto* value = detail.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(*text) : std::string();
}

int number_of(const js::object& detail, std::string_view name) {
  const auto* value = detail.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : 0;
}

std::optional<std::uint64_t> seed_of(const js::object& detail) {
  const std::string text = text_of(detail, "seed");
  std::uint64_t seed = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seed);
  return !text.empty() && read.ec == std::errc() ? std::optional(seed) : std::nullopt;
}

PixelSize size_of(const std::string& text) {
  PixelSize size{};
  const auto x = text.find('x');
  if (x == std::string::npos) return size;
  std::from_chars(text.data(), text.data() + x, size.width);
  std::from_chars(text.data() + x + 1, text.data() + text.size(), size.height);
  return size;
}

void read_bought(const js::object& detail, Recorded& recorded) {
  recorded.provider.provider = text_of(detail, "provider");
  recorded.provider.model = text_of(detail, "model");
  recorded.provider.quality = text_of(detail, "quality");
  recorded.request.size = size_of(text_of(detail, "size"));
  recorded.request.seed = seed_of(detail);
  recorded.request_hash = text_of(detail, "requestHash");
}

void read_stored(const js::object& detail, Recorded& recorded) {
  recorded.sha256 = text_of(detail, "sha256");
  if (const auto format = parse_image_format(text_of(detail, "format"))) recorded.rendering.encoding.format = *format;
  recorded.rendering.encoding.quality = number_of(detail, "quality");
  recorded.rendering.encoding.effort = number_of(detail, "effort");
  if (const auto source = parse_digital_source_type(text_of(detail, "digitalSourceType")))
    recorded.rendering.source = *source;
}

std::map<int, Recorded> recorded_images(const std::vector<JobEvent>& events) {
  std::map<int, Recorded> images;
  for (const JobEvent& event : events) {
    boost::system::error_code failed;
    const auto detail = js::parse(event.detail.empty() ? "null" : event.detail, failed);
    if (failed || !detail.is_object()) continue;
    Recorded& image = images[number_of(detail.get_object(), "slot")];
    if (event.name == "image_bought" || event.name == "image_found") read_bought(detail.get_object(), image);
    if (event.name == "image_stored") read_stored(detail.get_object(), image);
  }
  std::erase_if(images, [](const auto& entry) { return entry.second.sha256.empty(); });
  return images;
}

struct Loaded {
  Job job;
  std::vector<JobEvent> events;
};

Result<Loaded> load(JobStore& jobs, const std::string& job_id) {
  auto job = jobs.find(job_id);
  if (!job) return job.error();
  if (!*job || (*job)->kind != kPromptJobKind) return Error(Errc::not_found, "there is no prompt job " + job_id);
  auto events = jobs.events(job_id);
  if (!events) return events.error();
  if (const auto verified = verify_events(**job, *events); !verified) return verified.error();
  return Loaded{std::move(**job), std::move(*events)};
}

Task<ReplayedImage> replay(PromptServices& services, PromptOptions& options, const PromptJob& job,
                           const std::string& job_id, int slot, Recorded recorded) {
  ReplayedImage replayed;
  replayed.slot = slot;
  replayed.recorded_sha256 = recorded.sha256;
  recorded.request.prompt.text = job.request.final_prompt;
  replayed.same_request = request_hash(recorded.provider, recorded.request) == recorded.request_hash;
  MasterVault vault(services.store);
  const auto master = co_await vault.get(prompt_master_key(job_id, slot), options.limits.max_bytes);
  if (!master) {
    replayed.fault = "the picture as it was bought: " + master.error().message;
    co_return replayed;
  }
  const auto made = co_await render_prompt_image(*master, recorded.rendering, options.limits, services.pool);
  if (!made) {
    replayed.fault = made.error().message;
    co_return replayed;
  }
  replayed.replayed_sha256 = to_hex(sha256(made->image.bytes));
  replayed.same_file = replayed.replayed_sha256 == replayed.recorded_sha256;
  co_return replayed;
}

}  // namespace

bool PromptReplay::same() const {
  const auto same_image = [](const ReplayedImage& image) { return image.same_request && image.same_file; };
  return !images.empty() && std::all_of(images.begin(), images.end(), same_image);
}

Task<Result<PromptReplay>> replay_prompt_job(PromptServices services, PromptOptions options, std::string job_id) {
  auto call = [&] { return load(services.jobs, job_id); };
  const auto loaded = co_await services.pool.run(call);
  if (!loaded) co_return loaded.error();
  const auto job = read_prompt_job(loaded->job);
  if (!job) co_return job.error();
  PromptReplay made;
  made.job_id = job_id;
  for (const auto& [slot, recorded] : recorded_images(loaded->events))
    made.images.push_back(co_await replay(services, options, *job, job_id, slot, recorded));
  co_return made;
}

std::string to_json(const PromptReplay& replay) {
  js::array images;
  for (const ReplayedImage& image : replay.images)
    images.push_back({{"slot", image.slot},
                      {"sameRequest", image.same_request},
                      {"sameFile", image.same_file},
                      {"recordedSha256", image.recorded_sha256},
                      {"replayedSha256", image.replayed_sha256},
                      {"fault", image.fault}});
  return json::write(js::object{{"jobId", replay.job_id}, {"same", replay.same()}, {"images", std::move(images)}});
}

}  // namespace imagegen
