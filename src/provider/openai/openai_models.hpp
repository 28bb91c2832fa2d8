#pragma once
#include <imagegen/provider/image_provider.hpp>

#include <span>
#include <string_view>

namespace imagegen {

/// What a model takes. contracts/openai.md of 2026-08-21, sections 2 and 3.
struct OpenAiModel {
  SizeOffer sizes;
  std::span<const std::string_view> qualities;  ///< Empty: any word.
  std::string_view default_quality;
  int max_images = 10;
  std::size_t max_prompt_chars = 32'000;
  /// Takes output_format, moderation and background, and refuses response_format; for dall-e it is the other way round.
  bool is_gpt_image = true;
};

/// The rules for a model id; those of the gpt-image family for an id that is not known.
OpenAiModel openai_model(std::string_view id);

}  // namespace imagegen
