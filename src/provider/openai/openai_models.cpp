#include "provider/openai/openai_models.hpp"

#include <array>

namespace imagegen {
namespace {

constexpr std::array<std::string_view, 4> kGptQualities{"low", "medium", "high", "auto"};
constexpr std::array<std::string_view, 6> kGpt25Qualities{"low", "medium", "high", "xhigh", "max", "auto"};
constexpr std::array<std::string_view, 2> kDallE3Qualities{"standard", "hd"};
constexpr std::array<std::string_view, 1> kDallE2Qualities{"standard"};

SizeOffer listed(std::vector<PixelSize> sizes) {
  SizeOffer offer;
  offer.fixed = std::move(sizes);
  return offer;
}

// Section 2.2: any size within these bounds.
SizeOffer gpt_image_2_sizes() {
  SizeOffer offer;
  offer.multiple_of = 16;
  offer.min_pixels = 655'360;
  offer.max_pixels = 8'294'400;
  offer.max_side = 3840;
  offer.max_aspect = 3.0;
  return offer;
}

// The three sizes that every model of the family takes, so they are what an unknown one is asked for.
SizeOffer gpt_image_sizes() {
  return listed({{1024, 1024}, {1536, 1024}, {1024, 1536}});
}

}  // namespace

OpenAiModel openai_model(std::string_view id) {
  if (id.starts_with("dall-e-3")) {
    return {listed({{1024, 1024}, {1792, 1024}, {1024, 1792}}), kDallE3Qualities, "standard", 1, 4000, false};
  }
  if (id.starts_with("dall-e-2")) {
    return {listed({{1024, 1024}, {512, 512}, {256, 256}}), kDallE2Qualities, "standard", 10, 1000, false};
  }
  if (id.starts_with("gpt-image-2.5")) return {gpt_image_2_sizes(), kGpt25Qualities, "high"};
  if (id == "gpt-image-2" || id.starts_with("gpt-image-2-")) return {gpt_image_2_sizes(), kGptQualities, "high"};
  if (id.starts_with("gpt-image-1") || id == "chatgpt-image-latest") return {gpt_image_sizes(), kGptQualities, "high"};
  return {gpt_image_sizes(), {}, "high"};
}

}  // namespace imagegen
