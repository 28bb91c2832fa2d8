#pragma once
#include "provider/provider_kind.hpp"

namespace imagegen {

// Has no settings.
extern const ProviderKind kPlaceholder;

}  // namespace imagegen
