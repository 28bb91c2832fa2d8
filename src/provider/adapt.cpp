#include <imagegen/core/utf8.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "provider/models.hpp"
#include "provider/sniff_image.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kMaxUserBytes = 256;
constexpr std::size_t kMaxExtrasBytes = 64U << 10U;
constexpr int kMostSteps = 1000;
constexpr PixelSize kUsual{1024, 1024};
constexpr int kLongestSide = 65'535;  // px

Error unfit(std::string_view field, std::string_view expected, std::string_view got) {
  std::string text(field);
  return {Errc::invalid_argument, text.append(": expected ").append(expected).append(", got ").append(got)};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

Result<void> check_prompt(const ModelCapability& model, const PromptText& prompt) {
  if (!is_valid_utf8(prompt.text)) return unfit("prompt.text", "UTF-8", "other bytes");
  if (is_blank(prompt.text)) return unfit("prompt.text", "a text", "none");
  const bool by_bytes = model.prompt.unit == LengthUnit::bytes;
  if (const auto length = by_bytes ? prompt.text.size() : utf8_length(prompt.text); length > model.prompt.most)
    return unfit("prompt.text",
                 "at most " + std::to_string(model.prompt.most) + (by_bytes ? " bytes for " : " characters for ") +
                     model.model,
                 std::to_string(length));
  if (prompt.negative.empty()) return {};
  if (!model.negative) return unfit("prompt.negative", "none, for " + model.model, "one");
  if (!is_valid_utf8(prompt.negative)) return unfit("prompt.negative", "UTF-8", "other bytes");
  return {};
}

Result<void> check_reference(const ReferenceRule& rule, const ReferenceImage& reference, const std::string& field) {
  if (!reference.url.empty())
    return rule.by_url ? Result<void>() : unfit(field, "the bytes of a file: this model takes no URLs", "a URL");
  if (!rule.by_bytes) return unfit(field, "a URL: this model takes no files", "a file");
  const auto format = sniff_image(reference.file.view());
  if (!format) return unfit(field, "a PNG, JPEG or WebP file", "other bytes");
  const auto& formats = rule.formats;
  if (!formats.empty() && std::find(formats.begin(), formats.end(), *format) == formats.end())
    return unfit(field, "a format that this model takes", to_string(*format));
  if (rule.max_bytes > 0 && reference.file.size() > rule.max_bytes)
    return unfit(field, "at most " + std::to_string(rule.max_bytes) + " bytes", std::to_string(reference.file.size()));
  return {};
}

Result<void> check_pictures(const ModelCapability& model, const ImageRequest& request) {
  const auto& references = request.references;
  if (references.size() > static_cast<std::size_t>(model.references.most))
    return unfit("references", "at most " + std::to_string(model.references.most) + " for " + model.model,
                 std::to_string(references.size()));
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto fine = check_reference(model.references, references[i], "references[" + std::to_string(i) + "]");
    if (!fine) return fine;
  }
  if (request.mask.size() == 0) return {};
  if (model.mask.sense == MaskSense::none) return unfit("mask", "none, for " + model.model, "one");
  if (references.empty()) return unfit("mask", "the picture that it belongs to, as the first reference", "no reference");
  if (sniff_image(request.mask.view()) != ImageFormat::png) return unfit("mask", "a PNG file", "other bytes");
  if (model.mask.max_bytes > 0 && request.mask.size() > model.mask.max_bytes)
    return unfit("mask", "at most " + std::to_string(model.mask.max_bytes) + " bytes",
                 std::to_string(request.mask.size()));
  return {};
}

Result<void> check_numbers(const ModelCapability& model, const ImageRequest& request) {
  if (request.count < 1 || request.count > model.max_images)
    return unfit("count", "1 to " + std::to_string(model.max_images) + " for " + model.model,
                 std::to_string(request.count));
  if (request.strength && !(*request.strength >= 0 && *request.strength <= 1))
    return unfit("strength", "0 to 1", number_text(*request.strength));
  if (request.guidance && !std::isfinite(*request.guidance)) return unfit("guidance", "a number", "none");
  if (request.steps && (*request.steps < 1 || *request.steps > kMostSteps))
    return unfit("steps", "1 to " + std::to_string(kMostSteps), std::to_string(*request.steps));
  if (request.partial_images < 0 || request.partial_images > 3)
    return unfit("partialImages", "0 to 3", std::to_string(request.partial_images));
  if (request.user.size() > kMaxUserBytes || !is_valid_utf8(request.user))
    return unfit("user", "at most " + std::to_string(kMaxUserBytes) + " bytes of UTF-8",
                 std::to_string(request.user.size()) + " bytes");
  return {};
}

Result<void> check_extras(const ModelCapability& model, const std::string& extras) {
  if (extras.empty()) return {};
  if (!model.extras) return unfit("extras", "none, for " + model.model, "some");
  if (extras.size() > kMaxExtrasBytes)
    return unfit("extras", "at most " + std::to_string(kMaxExtrasBytes) + " bytes", std::to_string(extras.size()));
  boost::system::error_code failed;
  const auto value = boost::json::parse(extras, failed);
  if (failed || !value.is_object()) return unfit("extras", "a JSON object", failed ? failed.message() : "another value");
  return {};
}

Result<void> check_quality(const ModelCapability& model, const std::string& quality) {
  const auto& words = model.qualities;
  if (quality.empty() || words.empty() || std::find(words.begin(), words.end(), quality) != words.end()) return {};
  return no_such_quality(model, quality);
}

std::string in_words(const RatioWish& wish) {
  return std::to_string(wish.width) + ":" + std::to_string(wish.height) + " at " + number_text(wish.megapixels) +
         " megapixels";
}

double ratio_of(PixelSize size) {
  return double(size.width) / size.height;
}

// How far apart two positive numbers are, as a factor of at least 1.
double factor(double a, double b) {
  return a > b ? a / b : b / a;
}

// The shape counts first, then how large it is.
PixelSize nearest_shape(const SizeOffer& offer, const RatioWish& wish) {
  const double ratio = double(wish.width) / wish.height, pixels = wish.megapixels * 1e6;
  const PixelSize exact{std::max(1, static_cast<int>(std::lround(std::sqrt(pixels * ratio)))),
                        std::max(1, static_cast<int>(std::lround(std::sqrt(pixels / ratio))))};
  const auto sizes = listed_sizes(offer);
  if (sizes.empty()) return choose_master_size(offer, std::array{exact});
  return *std::min_element(sizes.begin(), sizes.end(), [&](PixelSize a, PixelSize b) {
    const auto key = [&](PixelSize size) {
      return std::pair(factor(ratio_of(size), ratio), factor(double(size.width) * size.height, pixels));
    };
    return key(a) < key(b);
  });
}

class Adapter {
 public:
  Adapter(const ModelCapability& model, ImageRequest request) : model_(model), made_{std::move(request), {}} {}

  Result<Adapted> adapt(Strictness strictness) {
    ImageRequest& request = made_.request;
    request.model = model_.model;
    if (request.quality.empty()) request.quality = model_.default_quality;
    for (const auto& checked :
         {check_quality(model_, request.quality), check_prompt(model_, request.prompt), check_numbers(model_, request),
          check_pictures(model_, request), check_extras(model_, request.extras_json), check_size(request.size)}) {
      if (!checked) return checked.error();
    }
    size();
    seed();
    leave_out("strength", request.strength, model_.strength);
    leave_out("guidance", request.guidance, model_.guidance);
    leave_out("steps", request.steps, model_.steps);
    format();
    partial_images();
    if (strictness == Strictness::strict && !made_.adaptations.empty()) return refusal(made_.adaptations.front());
    return std::move(made_);
  }

 private:
  static Error refusal(const Adaptation& difference) {
    return unfit(difference.field, difference.why, difference.asked);
  }

  static Result<void> check_size(const SizeWish& wish) {
    if (const auto* pixels = std::get_if<PixelSize>(&wish); pixels && (pixels->width < 1 || pixels->height < 1 || std::max(pixels->width, pixels->height) > kLongestSide))
      return unfit("size", "sides of 1 to " + std::to_string(kLongestSide) + " px", to_string(*pixels));
    const auto* ratio = std::get_if<RatioWish>(&wish);
    if (ratio && !(ratio->width >= 1 && ratio->height >= 1 && ratio->megapixels > 0 && ratio->megapixels < 1000))
      return unfit("size", "a ratio of whole numbers, and up to 1000 megapixels", in_words(*ratio));
    return {};
  }

  void differs(std::string field, std::string asked, std::string sent, std::string why) {
    made_.adaptations.push_back({std::move(field), std::move(asked), std::move(sent), std::move(why)});
  }

  void size() {
    auto& size = made_.request.size;
    if (const auto* ratio = std::get_if<RatioWish>(&size)) {
      const auto wish = *ratio;
      const auto chosen = nearest_shape(model_.sizes, wish);
      // Rounded to what a rule allows, it is still that ratio.
      if (factor(ratio_of(chosen), double(wish.width) / wish.height) > 1.02)
        differs("size", in_words(wish), to_string(chosen), describe(model_.sizes));
      size = chosen;
      return;
    }
    const auto* asked = std::get_if<PixelSize>(&size);
    if (asked == nullptr) {
      const auto listed = listed_sizes(model_.sizes);
      size = listed.empty() ? choose_master_size(model_.sizes, std::array{kUsual}) : listed.front();
      return;
    }
    if (allows(model_.sizes, *asked)) return;
    const auto chosen = choose_master_size(model_.sizes, std::array{*asked});
    differs("size", to_string(*asked), to_string(chosen), describe(model_.sizes));
    size = chosen;
  }

  void seed() {
    auto& seed = made_.request.seed;
    if (!seed) return;
    const auto asked = std::to_string(*seed);
    if (!model_.seed) {
      seed.reset();
      return differs("seed", asked, "", "none, for " + model_.model);
    }
    const auto [lowest, highest] = *model_.seed;
    if (*seed >= lowest && *seed <= highest) return;
    const auto count = highest - lowest + 1;  // 0: all of them, and then nothing is outside
    seed = lowest + *seed % count;
    differs("seed", asked, std::to_string(*seed), std::to_string(lowest) + " to " + std::to_string(highest));
  }

  template <class Number>
  void leave_out(const char* field, std::optional<Number>& value, bool is_taken) {
    if (!value || is_taken) return;
    differs(field, number_text(*value), "", "none, for " + model_.model);
    value.reset();
  }

  void format() {
    auto& format = made_.request.format;
    const auto& formats = model_.formats;
    if (!format || std::find(formats.begin(), formats.end(), *format) != formats.end()) return;
    differs("format", std::string(to_string(*format)), "", "what " + model_.model + " makes: it cannot be asked for this");
    format.reset();
  }

  void partial_images() {
    auto& count = made_.request.partial_images;
    if (count == 0 || model_.partial_images) return;
    differs("partialImages", std::to_string(count), "0", "none, for " + model_.model);
    count = 0;
  }

  const ModelCapability& model_;
  Adapted made_;
};

}  // namespace

Result<Adapted> adapt(const ModelCapability& model, ImageRequest request, Strictness strictness) {
  return Adapter(model, std::move(request)).adapt(strictness);
}

Result<Adapted> adapt(const ProviderCapability& capability, ImageRequest request, Strictness strictness) {
  const auto* model = find_model(capability, request.model);
  if (model == nullptr) return no_such_model(capability, request.model);
  return adapt(*model, std::move(request), strictness);
}

PixelSize pixels_of(const ImageRequest& request) {
  const auto* size = std::get_if<PixelSize>(&request.size);
  return size == nullptr ? PixelSize() : *size;
}

}  // namespace imagegen
