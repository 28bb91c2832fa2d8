#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <boost/json.hpp>

#include <algorithm>

#include "json/write.hpp"
#include "workflow/prompts/prompt_fields.hpp"
#include "workflow/prompts/prompt_request.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestDocument = 1U << 20U;

template <class T>
Parsed<T> parse(std::string_view text) {
  const auto document = json::parse(text, kLargestDocument);
  if (!document) return std::vector<FieldFault>{{"", document.error().message}};
  std::vector<FieldFault> faults;
  T made = json::fields_of_type<T>().read(*document, {"", faults});
  if (!faults.empty()) return faults;
  return made;
}

js::object object_of(std::string_view text) {
  boost::system::error_code failed;
  auto value = js::parse(text, failed);
  return !failed && value.is_object() ? std::move(value.get_object()) : js::object();
}

std::vector<PromptImage> images_of(std::string_view output) {
  std::vector<PromptImage> images;
  const auto object = object_of(output);
  const auto* list = object.if_contains("images");
  if (list == nullptr || !list->is_array()) return images;
  for (const auto& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    const auto& image = entry.get_object();
    images.push_back({number_of(image, "slot"), text_of(image, "url"), text_of(image, "key"), text_of(image, "sha256"),
                      text_of(image, "purchase"), text_of(image, "revisedPrompt")});
  }
  return images;
}

}  // namespace

Parsed<EnhanceRequest> parse_enhance_request(std::string_view text) {
  return parse<EnhanceRequest>(text);
}

Parsed<ExecuteRequest> parse_execute_request(std::string_view text) {
  return parse<ExecuteRequest>(text);
}

bool PromptJob::has(int slot) const {
  return std::any_of(images.begin(), images.end(), [&](const PromptImage& image) { return image.slot == slot; });
}

std::string prompt_job_input(const ExecuteRequest& request, const std::vector<ProviderModel>& route,
                             const std::optional<ApprovedPicture>& approved) {
  js::object input{{"intent", request.intent},
                   {"rawPrompt", request.raw_prompt},
                   {"finalPrompt", request.final_prompt},
                   {"imageCount", request.image_count},
                   {"finalPromptSha256", to_hex(sha256(request.final_prompt))}};
  if (!route.empty()) {
    const ProviderModel& first = route.front();
    input["provider"] = first.provider, input["model"] = first.model, input["quality"] = first.quality;
    write_further(route, input);
  }
  if (approved) {
    input["size"] = to_string(approved->size);
    input["approvedNanoUsd"] = approved->price ? std::to_string(approved->price->nanos) : std::string();
  }
  return json::write(input);
}

std::string prompt_job_output(const std::vector<PromptImage>& images) {
  js::array list;
  for (const PromptImage& image : images) {
    js::object entry{{"slot", image.slot},
                     {"url", image.url},
                     {"key", image.key},
                     {"sha256", image.sha256},
                     {"purchase", image.purchase_id}};
    if (!image.revised_prompt.empty()) entry["revisedPrompt"] = image.revised_prompt;
    list.push_back(std::move(entry));
  }
  return json::write(js::object{{"images", std::move(list)}});
}

Result<PromptJob> read_prompt_job(const Job& job) {
  const auto input = object_of(job.input);
  PromptJob read;
  read.request.intent = text_of(input, "intent");
  read.request.raw_prompt = text_of(input, "rawPrompt");
  read.request.final_prompt = text_of(input, "finalPrompt");
  read.request.image_count = number_of(input, "imageCount");
  read.final_prompt_sha256 = text_of(input, "finalPromptSha256");
  read.route = read_route(input);
  if (const auto size = parse_pixel_size(text_of(input, "size")))
    read.approved = ApprovedPicture{*size, parse_nano_usd(text_of(input, "approvedNanoUsd"))};
  read.images = images_of(job.output);
  const bool whole = job.kind == kPromptJobKind && !read.request.final_prompt.empty() &&
                     read.request.image_count >= 1 && read.request.image_count <= kMostImages;
  if (whole) return read;
  return Error(Errc::corrupt_data, "job " + job.id + ": expected a prompt job, got something else in its input");
}

std::string_view prompt_status(JobState state) noexcept {
  switch (state) {
    case JobState::queued:
      return "QUEUED";
    case JobState::running:
      return "RUNNING";
    case JobState::succeeded:
      return "DONE";
    case JobState::partly_succeeded:
    case JobState::failed:
    case JobState::cancelled:
      break;
  }
  return "FAILED";
}

std::string prompt_job_json(const Job& job) {
  const auto view = prompt_job_view(job);
  return json::write(fields_of(&view).write(view));
}

std::string prompt_jobs_json(const JobPage& page) {
  PromptJobList list{{}, page.next};
  for (const Job& job : page.jobs) list.jobs.push_back(prompt_job_view(job));
  return json::write(fields_of(&list).write(list));
}

}  // namespace imagegen
