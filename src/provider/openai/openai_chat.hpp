#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/provider/openai_text.hpp>

#include <string>
#include <string_view>

/// \file What POST /chat/completions is sent and answers. contracts/openai.md of 2026-08-21, section 10.
namespace imagegen {

/// The body of the request. The instructions are a "system" message, which every compatible server knows; OpenAI takes
/// it for its newer "developer".
std::string openai_chat_body(const OpenAiTextOptions& options, const TextRequest& request);

/// The text of a 200.
///
/// \return Errc::content_refused when the model or a filter declined, Errc::limit_exceeded when it was cut off at the
///         number of tokens, Errc::bad_answer for whatever is no chat completion with a text. `provider_text` is a
///         refusal as it came.
Result<std::string> read_openai_chat(std::string_view body);

}  // namespace imagegen
