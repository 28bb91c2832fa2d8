#pragma once
#include <imagegen/provider/text_provider.hpp>
#include <imagegen/workflow/prompts/prompt_enhancer.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace imagegen {

/// What the model is told unless the host says otherwise: what it gets, what a better prompt is, and to answer with
/// the prompt alone.
std::string_view default_enhance_instructions() noexcept;

/// How a model is told to write.
struct TextEnhancerOptions {
  std::string instructions;  ///< At most 64 KiB of UTF-8; empty: the default ones.
};

/// Has a model write the better prompt. What the user wrote goes into a message of its own, as the JSON object
/// `{"intent", "prompt", "maxCharacters"}`, never into the instructions.
///
/// An answer is freed of white space around it and of one pair of quotes or one code fence, then refused with
/// Errc::bad_answer when it is empty, longer than allowed, or has control characters in it, or marks that let a text
/// read otherwise than it is. Other errors are the text provider's. Errc::invalid_argument for bad instructions.
Result<std::unique_ptr<PromptEnhancer>> make_text_enhancer(std::unique_ptr<TextProvider> text,
                                                           TextEnhancerOptions options = {});

}  // namespace imagegen
