#include "embed/usage_json.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

#include "json/object_reader.hpp"

namespace imagegen {
namespace {

using json::Need;
using json::ObjectReader;

constexpr std::int64_t kMostUsedTokens = std::int64_t{1} << 40U;
constexpr std::int64_t kMostUsedImages = 1'000'000;
constexpr double kMostUsedMegapixels = 1e9;
constexpr double kMostUsedSeconds = 1e9;

boost::json::object json_of(const TokenUsage& used) {
  return {{"inputText", used.input_text},
          {"inputImage", used.input_image},
          {"outputImage", used.output_image},
          {"outputText", used.output_text}};
}

boost::json::object json_of(const ImageUsage& used) {
  return {{"images", used.images}};
}

boost::json::object json_of(const MegapixelUsage& used) {
  return {{"outputMegapixels", used.output}, {"inputMegapixels", used.input}};
}

boost::json::object json_of(const SecondsUsage& used) {
  boost::json::object json{{"seconds", used.seconds}};
  if (!used.hardware.empty()) json["hardware"] = used.hardware;
  return json;
}

boost::json::object json_of(const BilledUsage& used) {
  return {{"billedUsd", used.amount.dollars()}};
}

TokenUsage used_tokens(ObjectReader& reader) {
  const auto tokens = [&reader](std::string_view name) {
    return reader.integer(name, 0, kMostUsedTokens, Need::optional).value_or(0);
  };
  return {tokens("inputText"), tokens("inputImage"), tokens("outputImage"), tokens("outputText")};
}

ImageUsage used_images(ObjectReader& reader) {
  return {static_cast<int>(reader.integer("images", 0, kMostUsedImages, Need::required).value_or(0))};
}

MegapixelUsage used_megapixels(ObjectReader& reader) {
  return {reader.number("outputMegapixels", 0, kMostUsedMegapixels, Need::optional).value_or(0),
          reader.number("inputMegapixels", 0, kMostUsedMegapixels, Need::optional).value_or(0)};
}

SecondsUsage used_seconds(ObjectReader& reader) {
  return {reader.number("seconds", 0, kMostUsedSeconds, Need::required).value_or(0),
          reader.text("hardware", Need::optional)};
}

BilledUsage used_billed(ObjectReader& reader) {
  return {reader.dollars("billedUsd", Need::required).value_or(Usd{})};
}

}  // namespace

boost::json::object to_json(const Usage& usage) {
  return std::visit([](const auto& used) { return json_of(used); }, usage);
}

std::optional<Usage> read_usage(const boost::json::value& value, std::vector<FieldFault>& faults) {
  if (value.is_null()) return std::nullopt;
  ObjectReader reader(value, "usage", faults);
  const auto has_any = [&reader](std::initializer_list<std::string_view> names) {
    bool found = false;
    for (const auto name : names) found = reader.has(name) || found;
    return found;
  };
  const bool tokens = has_any({"inputText", "inputImage", "outputImage", "outputText"}), images = has_any({"images"});
  const bool megapixels = has_any({"outputMegapixels", "inputMegapixels"});
  const bool seconds = has_any({"seconds", "hardware"}), billed = has_any({"billedUsd"});
  if (int{tokens} + int{images} + int{megapixels} + int{seconds} + int{billed} > 1) {
    faults.push_back({"usage",
                      "expected tokens (inputText, inputImage, outputImage, outputText), images, megapixels "
                      "(outputMegapixels, inputMegapixels), seconds (and hardware) or billedUsd, got fields of several"});
    return std::nullopt;
  }
  if (billed) return used_billed(reader);
  if (seconds) return used_seconds(reader);
  if (megapixels) return used_megapixels(reader);
  if (images) return used_images(reader);
  return used_tokens(reader);
}

}  // namespace imagegen
