#include "workflow/recorded_job.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <boost/json.hpp>

#include <charconv>
#include <utility>

namespace imagegen {

namespace js = boost::json;

Result<RecordedJob> load_recorded_job(JobStore& jobs, const std::string& job_id, std::string_view kind) {
  auto job = jobs.find(job_id);
  if (!job) return job.error();
  if (!*job || (*job)->kind != kind)
    return Error(Errc::not_found, "there is no job " + job_id + " of the kind " + std::string(kind));
  auto events = jobs.events(job_id);
  if (!events) return events.error();
  if (const auto verified = verify_events(**job, *events); !verified) return verified.error();
  return RecordedJob{std::move(**job), std::move(*events)};
}

js::object detail_of(const JobEvent& event) {
  boost::system::error_code failed;
  auto detail = js::parse(event.detail.empty() ? "null" : event.detail, failed);
  return !failed && detail.is_object() ? std::move(detail.get_object()) : js::object();
}

std::string text_of(const js::object& detail, std::string_view name) {
  const auto* value = detail.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(*text) : std::string();
}

std::optional<Usd> parse_nano_usd(const std::string& text) {
  Usd amount;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), amount.nanos);
  return !text.empty() && read.ec == std::errc() ? std::optional(amount) : std::nullopt;
}

int number_of(const js::object& detail, std::string_view name) {
  const auto* value = detail.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : 0;
}

std::vector<ProviderModel> read_route(const js::object& order) {
  std::vector<ProviderModel> route;
  const auto read = [&route](const js::object& entry) {
    ProviderModel asked{text_of(entry, "provider"), text_of(entry, "model"), text_of(entry, "quality")};
    if (!asked.provider.empty()) route.push_back(std::move(asked));
  };
  read(order);
  const auto* further = order.if_contains("further");
  if (route.empty() || further == nullptr || !further->is_array()) return route;
  for (const auto& entry : further->get_array())
    if (entry.is_object()) read(entry.get_object());
  return route;
}

void write_further(const std::vector<ProviderModel>& route, js::object& order) {
  js::array further;
  for (std::size_t i = 1; i < route.size(); ++i)
    further.push_back({{"provider", route[i].provider}, {"model", route[i].model}, {"quality", route[i].quality}});
  if (!further.empty()) order["further"] = std::move(further);
}

js::object request_detail(const MasterAnswer& answer) {
  js::object detail{{"provider", answer.provider},
                    {"model", answer.model},
                    {"quality", answer.quality},
                    {"size", to_string(answer.size)},
                    {"seed", answer.seed ? js::value(std::to_string(*answer.seed)) : js::value(nullptr)},
                    {"requestHash", answer.request_hash},
                    {"sentPromptSha256", answer.sent_prompt_sha256}};
  if (!answer.adaptations.empty()) detail["adaptations"] = to_json(answer.adaptations);
  return detail;
}

std::optional<std::string> size_note(PixelSize asked, PixelSize got) {
  if (asked == got || asked == PixelSize{} || got == PixelSize{}) return std::nullopt;
  return "the provider was asked for " + to_string(asked) + " px and made " + to_string(got) + " px";
}

RecordedRequest read_request(const js::object& detail) {
  RecordedRequest recorded;
  recorded.provider = text_of(detail, "provider");
  recorded.model = text_of(detail, "model");
  recorded.quality = text_of(detail, "quality");
  recorded.hash = text_of(detail, "requestHash");
  if (const auto size = parse_pixel_size(text_of(detail, "size"))) recorded.size = *size;
  const std::string seed = text_of(detail, "seed");
  std::uint64_t number = 0;
  const auto read = std::from_chars(seed.data(), seed.data() + seed.size(), number);
  if (!seed.empty() && read.ec == std::errc()) recorded.seed = number;
  return recorded;
}

bool RecordedRequest::same_with(const PromptText& prompt) const {
  // Begun for another wish than the one that found it: what was asked is not known.
  if (quality.empty() && size == PixelSize{}) return true;
  ImageRequest request;
  request.model = model, request.quality = quality;
  request.prompt = prompt, request.size = size, request.seed = seed;
  return request_hash(provider, request) == hash;
}

}  // namespace imagegen
