#pragma once
#include <imagegen/config/runtime_config.hpp>

#include <string_view>

namespace imagegen {

// `openai` and `providers.openai` of documents are one provider. Both write into RuntimeConfig::openai, as the
// environment does, so that of several layers the last one counts.
struct OpenAiPlace {
  bool is_named = false;  // by providers.openai, which has it opened
  // Its address is that of a providers.openai: the key that lies about in the environment is for another one.
  bool has_own_address = false;
};

// To be called where a layer has said the address. The key of an address of its own is for that one alone, and no other
// key is for it. \param before The address of the layers below. \param is_own It stands in providers.openai.
inline void settle_address(RuntimeConfig& config, std::string_view before, bool is_own) {
  auto& place = config.of<OpenAiPlace>();
  const bool has_changed = config.openai.base_url != before;
  if (has_changed && (is_own || place.has_own_address)) config.openai.api_key = Secret();
  place.has_own_address = is_own && (has_changed || place.has_own_address);
}

}  // namespace imagegen
