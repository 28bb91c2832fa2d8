#include "workflow/image_job/master_answer.hpp"

#include <imagegen/core/digest.hpp>

#include <boost/json.hpp>

#include <charconv>

#include "json/object_reader.hpp"
#include "json/write.hpp"
#include "workflow/purchase_choice.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen {
namespace {

constexpr std::int64_t kMostImagesOfOne = 1000;

template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

boost::json::array to_json(const std::vector<Adaptation>& adaptations) {
  boost::json::array list;
  for (const Adaptation& difference : adaptations)
    list.push_back({{"field", difference.field},
                    {"asked", difference.asked},
                    {"sent", difference.sent.empty() ? boost::json::value(nullptr) : boost::json::value(difference.sent)},
                    {"why", difference.why}});
  return list;
}

std::vector<Adaptation> read_adaptations(const boost::json::value* list) {
  std::vector<Adaptation> adaptations;
  if (list == nullptr || !list->is_array()) return adaptations;
  for (const auto& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    const auto& difference = entry.get_object();
    adaptations.push_back({text_of(difference, "field"), text_of(difference, "asked"), text_of(difference, "sent"),
                           text_of(difference, "why")});
  }
  return adaptations;
}

std::string to_json(const MasterAnswer& answer) {
  boost::json::object json{
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
      {"trainedModel", answer.trained_model}};
  if (!answer.adaptations.empty()) json["adaptations"] = to_json(answer.adaptations);
  if (answer.images != 1) json["images"] = answer.images;
  return json::write(json);
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
  answer.adaptations = read_adaptations(reader.value("adaptations"));
  answer.images = static_cast<int>(reader.integer("images", 1, kMostImagesOfOne, json::Need::optional).value_or(1));
  if (faults.empty()) return answer;
  return Error(Errc::corrupt_data, "the answer beside a picture: " + faults.front().path + ": " +
                                       faults.front().message);
}

namespace {

void describe_request(MasterAnswer& answer, const Adapted& sent) {
  const ImageRequest& request = sent.request;
  answer.model = request.model, answer.quality = request.quality;
  answer.sent_prompt_sha256 = to_hex(sha256(request.prompt.text));
  answer.size = pixels_of(request), answer.seed = request.seed;
  answer.adaptations = sent.adaptations;
}

MasterAnswer answer_of(const Purchase& purchase) {
  MasterAnswer answer;
  answer.purchase_id = purchase.id, answer.provider = purchase.provider, answer.model = purchase.model;
  answer.request_hash = purchase.request_hash;
  answer.actual = purchase.actual, answer.source = purchase.actual_source;
  return answer;
}

}  // namespace

std::optional<Usd> cost_of_one(const MasterAnswer& answer) {
  if (!answer.actual) return std::nullopt;
  return Usd{answer.actual->nanos / answer.images};
}

MasterAnswer answer_of(const BoughtImage& bought, std::size_t image) {
  auto answer = answer_of(bought.from->purchase);
  if (bought.from->sent) describe_request(answer, *bought.from->sent);
  const GeneratedImage& picture = bought.images.at(image);
  answer.request_id = bought.request_id, answer.revised_prompt = picture.revised_prompt;
  answer.sha256 = to_hex(sha256(picture.file));
  answer.images = static_cast<int>(bought.images.size());
  answer.actual = bought.actual, answer.source = bought.source;
  answer.trained_model = bought.from->trained_model;
  return answer;
}

MasterAnswer answer_of_old(const PurchaseServices& services, const PurchaseOrder& order,
                           const std::optional<Purchase>& purchase) {
  auto answer = purchase ? answer_of(*purchase) : MasterAnswer();
  for (const auto& choice : choices_of(services, order)) {
    if (!choice || (purchase && choice->request_hash != purchase->request_hash)) continue;
    describe_request(answer, choice->sent);
    answer.provider = choice->chosen.asked.provider, answer.request_hash = choice->request_hash;
    answer.trained_model = choice->chosen.model->trained;
    return answer;
  }
  if (!purchase) return answer;
  const auto made_by = choose(services.providers, {purchase->provider, purchase->model});
  answer.trained_model = !made_by || made_by->model->trained;
  return answer;
}

}  // namespace imagegen
