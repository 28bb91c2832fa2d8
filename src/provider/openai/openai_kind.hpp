#pragma once
#include "provider/provider_kind.hpp"

namespace imagegen {

// Keeps OpenAiOptions.
extern const ProviderKind kOpenAi;

}  // namespace imagegen
