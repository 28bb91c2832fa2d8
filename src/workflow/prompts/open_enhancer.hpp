#pragma once
#include <imagegen/workflow/prompts/prompt_calls.hpp>

#include <memory>
#include <string>

namespace imagegen {

// "local" or "openai": what is configured, or what else follows from a key being there. Errc::invalid_argument.
Result<std::string> enhancer_kind(const RuntimeConfig& config);

// With address, key and account of the pictures where the enhancer has none of its own. A key goes to the address that
// it was given for, and to no other.
OpenAiTextOptions enhancer_options(const RuntimeConfig& config);

// The enhancer of a configuration; it keeps `http` alive for as long as a call that was let go of may use it. Contacts
// nobody. Errc::invalid_argument, Errc::permission_denied for a missing key.
Result<std::shared_ptr<PromptEnhancer>> open_enhancer(const RuntimeConfig& config, std::shared_ptr<HttpClient> http,
                                                      Clock& clock);

}  // namespace imagegen
