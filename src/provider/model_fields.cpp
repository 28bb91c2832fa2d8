#include "provider/model_fields.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <variant>

#include "provider/models.hpp"

namespace imagegen::detail {
namespace {

namespace js = boost::json;

js::object fields_of(const SizeRule& rule) {
  return {{"rule", {{"multiple_of", rule.multiple_of}, {"min_pixels", rule.min_pixels}, {"max_pixels", rule.max_pixels},
                    {"max_side", rule.max_side}, {"max_aspect", rule.max_aspect}}}};
}

js::object fields_of(const SizeList& list) {
  js::array sizes;
  for (const PixelSize size : list.sizes) sizes.emplace_back(to_string(size));
  return {{"list", std::move(sizes)}};
}

js::object fields_of(const RatioList& list) {
  js::object levels;
  for (const RatioSize& shape : list.sizes) {
    auto& level = levels[shape.level];
    if (!level.is_object()) level.emplace_object();
    level.get_object()[shape.ratio] = to_string(shape.size);
  }
  return {{"ratios", std::move(levels)}};
}

js::object fields_of(const ServerDecides& server) {
  return {{"server", to_string(server.usual)}};
}

js::array words_of(const std::vector<ImageFormat>& formats) {
  js::array words;
  for (const ImageFormat format : formats) words.emplace_back(to_string(format));
  return words;
}

js::object fields_of(const ReferenceRule& rule) {
  return {{"most", rule.most}, {"max_bytes", rule.max_bytes}, {"formats", words_of(rule.formats)},
          {"by_bytes", rule.by_bytes}, {"by_url", rule.by_url}};
}

js::object fields_of(const MaskRule& rule) {
  const auto* word = std::ranges::find(kPolarities, rule.sense, [](const auto& one) { return one.second; });
  return {{"polarity", word->first}, {"same_size", rule.same_size}, {"max_bytes", rule.max_bytes}};
}

js::object fields_of(const PromptLimit& limit) {
  return {{"most", limit.most}, {"unit", limit.unit == LengthUnit::bytes ? "bytes" : "code_points"}};
}

}  // namespace

js::object model_fields(const ModelCapability& model) {
  js::object fields{{"sizes", std::visit([](const auto& offer) { return fields_of(offer); }, model.sizes)},
                    {"qualities", js::array(model.qualities.begin(), model.qualities.end())},
                    {"default_quality", model.default_quality},
                    {"max_images", model.max_images},
                    {"references", fields_of(model.references)},
                    {"mask", fields_of(model.mask)},
                    {"formats", words_of(model.formats)},
                    {"prompt", fields_of(model.prompt)}};
  fields["seed"] = model.seed ? js::value{model.seed->lowest, model.seed->highest} : js::value(nullptr);
  for (const auto& [name, flag] : kModelFlags) fields[name] = model.*flag;
  const auto& end = model.retirement;
  if (end.date) fields["retires"] = to_text(*end.date);
  if (!end.replacement.empty()) fields["replacement"] = end.replacement;
  return fields;
}

}  // namespace imagegen::detail
