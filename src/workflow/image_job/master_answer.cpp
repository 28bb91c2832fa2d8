#include "workflow/image_job/master_answer.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <boost/json.hpp>

#include <charconv>

#include "json/object_reader.hpp"
#include "json/write.hpp"

namespace imagegen {
namespace {

template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string to_json(const MasterAnswer& answer) {
  return json::write(boost::json::object{
      {"purchase", answer.purchase_id},
      {"provider", answer.provider},
      {"model", answer.model},
      {"quality", answer.quality},
      {"size", to_string(answer.size)},
      {"seed", answer.seed ? std::to_string(*answer.seed) : std::string()},
      {"requestHash", answer.request_hash},
      {"requestId", answer.request_id},
      {"sentPromptSha256", answer.sent_prompt_sha256},
      {"revisedPrompt", answer.revised_prompt},
      {"sha256", answer.sha256},
      {"nanoUsd", answer.actual ? std::to_string(answer.actual->nanos) : std::string()},
      {"costSource", to_string(answer.source)},
      {"trainedModel", answer.trained_model}});
}

Result<MasterAnswer> parse_master_answer(std::string_view text) {
  const auto document = json::parse(text, kLargestAnswer);
  if (!document) return Error(Errc::corrupt_data, "the answer beside a picture: " + document.error().message);
  std::vector<FieldFault> faults;
  json::ObjectReader reader(*document, "", faults);
  const auto read = [&](std::string_view name) { return reader.text(name, json::Need::optional); };
  MasterAnswer answer;
  answer.purchase_id = reader.text("purchase", json::Need::required);
  answer.provider = read("provider"), answer.model = read("model"), answer.quality = read("quality");
  answer.request_hash = read("requestHash"), answer.request_id = read("requestId");
  answer.sent_prompt_sha256 = read("sentPromptSha256"), answer.revised_prompt = read("revisedPrompt");
  answer.sha256 = reader.text("sha256", json::Need::required);
  if (const auto size = parse_pixel_size(read("size"))) answer.size = *size;
  answer.seed = number_in<std::uint64_t>(read("seed"));
  if (const auto nanos = number_in<std::int64_t>(read("nanoUsd"))) answer.actual = Usd{*nanos};
  answer.source = parse_cost_source(read("costSource")).value_or(CostSource::none);
  answer.trained_model = reader.flag("trainedModel", true);
  if (faults.empty()) return answer;
  return Error(Errc::corrupt_data, "the answer beside a picture: " + faults.front().path + ": " +
                                       faults.front().message);
}

MasterAnswer answer_of_request(const ProviderCapability& capability, const ImageRequest& request) {
  MasterAnswer answer;
  answer.provider = capability.provider, answer.model = capability.model, answer.quality = capability.quality;
  answer.request_hash = request_hash(capability, request);
  answer.sent_prompt_sha256 = to_hex(sha256(request.prompt.text));
  answer.size = request.size, answer.seed = request.seed;
  answer.trained_model = capability.trained_model;
  return answer;
}

MasterAnswer answer_of_old(const ProviderCapability& capability, const ImageRequest& request,
                           const std::optional<Purchase>& purchase) {
  auto answer = answer_of_request(capability, request);
  if (!purchase) return answer;
  if (purchase->request_hash != answer.request_hash) {
    answer = MasterAnswer();
    answer.trained_model = purchase->provider == capability.provider ? capability.trained_model : true;
  }
  answer.purchase_id = purchase->id, answer.provider = purchase->provider, answer.model = purchase->model;
  answer.request_hash = purchase->request_hash;
  answer.actual = purchase->actual, answer.source = purchase->actual_source;
  return answer;
}

}  // namespace imagegen
