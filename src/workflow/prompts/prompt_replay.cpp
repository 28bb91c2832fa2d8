#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/replay.hpp>

#include <map>
#include <utility>

#include "workflow/image_job/master_vault.hpp"
#include "workflow/prompts/prompt_rendering.hpp"
#include "workflow/prompts/prompt_request.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

// What the events say of one picture.
struct Recorded {
  RecordedRequest request;
  PromptRendering rendering;
  std::string sha256;
};

void read_stored(const boost::json::object& detail, Recorded& recorded) {
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
    const auto detail = detail_of(event);
    Recorded& image = images[number_of(detail, "slot")];
    if (event.name == "image_bought" || event.name == "image_found") image.request = read_request(detail);
    if (event.name == "image_stored") read_stored(detail, image);
  }
  std::erase_if(images, [](const auto& entry) { return entry.second.sha256.empty(); });
  return images;
}

Task<ReplayedFile> replay(PromptServices& services, PromptOptions& options, const PromptJob& job,
                          const std::string& job_id, int slot, Recorded recorded) {
  ReplayedFile replayed;
  replayed.name = "image " + std::to_string(slot + 1);
  replayed.recorded_sha256 = recorded.sha256;
  replayed.same_request = recorded.request.same_with({job.request.final_prompt, {}});
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

Task<Result<Replay>> replay_prompt_job(PromptServices services, PromptOptions options, std::string job_id) {
  auto call = [&] { return load_recorded_job(services.jobs, job_id, kPromptJobKind); };
  const auto loaded = co_await services.pool.run(call);
  if (!loaded) co_return loaded.error();
  const auto job = read_prompt_job(loaded->job);
  if (!job) co_return job.error();
  Replay made;
  made.job_id = job_id;
  for (const auto& [slot, recorded] : recorded_images(loaded->events)) {
    auto file = co_await replay(services, options, *job, job_id, slot, recorded);
    made.files.push_back(std::move(file));
  }
  co_return made;
}

}  // namespace imagegen
