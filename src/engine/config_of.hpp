#pragma once
#include <imagegen/engine/engine.hpp>

namespace imagegen {

// What the layers of the options come to. Errc::invalid_argument with all that is wrong in them.
Result<RuntimeConfig> config_of(const EngineOptions& options);

}  // namespace imagegen
