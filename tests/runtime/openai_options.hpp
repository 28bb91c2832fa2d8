#pragma once
#include <imagegen/config/runtime_config.hpp>
#include <imagegen/provider/openai.hpp>

namespace imagegen::test {

/// What a configuration says of the provider "openai".
inline OpenAiOptions& openai_options(RuntimeConfig& config) {
  return config.provider_named("openai").of<OpenAiOptions>();
}
inline const OpenAiOptions& openai_options(const RuntimeConfig& config) {
  return config.provider_named("openai").of<OpenAiOptions>();
}

}  // namespace imagegen::test
