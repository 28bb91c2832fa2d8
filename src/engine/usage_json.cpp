#include "engine/usage_json.hpp"

namespace imagegen {
namespace {

using json::field;

constexpr std::int64_t kMostUsedTokens = std::int64_t{1} << 40U;
constexpr double kMostUsed = 1e9;

// The fields of all forms side by side; those of one form have values.
struct UsageForms {
  std::optional<std::int64_t> input_text, input_image, output_image, output_text;
  std::optional<int> images;
  std::optional<double> output_megapixels, input_megapixels, seconds;
  std::optional<std::string> hardware;
  std::optional<Usd> billed;
};

const json::Fields<UsageForms>& usage_fields() {
  using F = UsageForms;
  static const auto& all = *new json::Fields<F>(
      "Usage", {field("inputText", &F::input_text, "tokens").range(0, kMostUsedTokens),
                field("inputImage", &F::input_image, "tokens").range(0, kMostUsedTokens),
                field("outputImage", &F::output_image, "tokens").range(0, kMostUsedTokens),
                field("outputText", &F::output_text, "tokens").range(0, kMostUsedTokens),
                field("images", &F::images).range(0, 1'000'000),
                field("outputMegapixels", &F::output_megapixels).within(0, kMostUsed),
                field("inputMegapixels", &F::input_megapixels).within(0, kMostUsed),
                field("seconds", &F::seconds).within(0, kMostUsed),
                field("hardware", &F::hardware, "what the seconds ran on, in the provider's word"),
                field("billedUsd", &F::billed, "the provider named the price itself, in US dollars")});
  return all;
}

UsageForms forms_of(const TokenUsage& used) {
  UsageForms forms;
  forms.input_text = used.input_text, forms.input_image = used.input_image;
  forms.output_image = used.output_image, forms.output_text = used.output_text;
  return forms;
}

UsageForms forms_of(const ImageUsage& used) {
  UsageForms forms;
  forms.images = used.images;
  return forms;
}

UsageForms forms_of(const MegapixelUsage& used) {
  UsageForms forms;
  forms.output_megapixels = used.output, forms.input_megapixels = used.input;
  return forms;
}

UsageForms forms_of(const SecondsUsage& used) {
  UsageForms forms;
  forms.seconds = used.seconds;
  if (!used.hardware.empty()) forms.hardware = used.hardware;
  return forms;
}

UsageForms forms_of(const BilledUsage& used) {
  UsageForms forms;
  forms.billed = used.amount;
  return forms;
}

}  // namespace

boost::json::value json::Value<Usage>::write(const Usage& usage) {
  return usage_fields().write(std::visit([](const auto& used) { return forms_of(used); }, usage));
}

boost::json::object json::Value<Usage>::schema(const Limits&) {
  return usage_fields().schema(Use::result);
}

std::optional<Usage> read_usage(const boost::json::value& value, std::vector<FieldFault>& faults) {
  if (value.is_null()) return std::nullopt;
  const json::Place place{"usage", faults};
  const auto read = usage_fields().read(value, place, json::Unknown::ignored);
  const bool tokens = read.input_text || read.input_image || read.output_image || read.output_text;
  const bool megapixels = read.output_megapixels || read.input_megapixels, seconds = read.seconds || read.hardware;
  if (int{tokens} + int{read.images.has_value()} + int{megapixels} + int{seconds} + int{read.billed.has_value()} > 1) {
    place.fault(
        "expected tokens (inputText, inputImage, outputImage, outputText), images, megapixels (outputMegapixels, "
        "inputMegapixels), seconds (and hardware) or billedUsd, got fields of several");
    return std::nullopt;
  }
  if (read.billed) return BilledUsage{*read.billed};
  if (seconds && !read.seconds) place.field("seconds").fault("expected a number beside hardware, got nothing");
  if (seconds) return SecondsUsage{read.seconds.value_or(0), read.hardware.value_or("")};
  if (megapixels) return MegapixelUsage{read.output_megapixels.value_or(0), read.input_megapixels.value_or(0)};
  if (read.images) return ImageUsage{*read.images};
  return TokenUsage{read.input_text.value_or(0), read.input_image.value_or(0), read.output_image.value_or(0),
                    read.output_text.value_or(0)};
}

}  // namespace imagegen
