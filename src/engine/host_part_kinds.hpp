#pragma once
#include <imagegen/engine/engine.hpp>

#include <memory>
#include <string_view>

#include "engine/host_part.hpp"

namespace imagegen {

// What a part is called now: of a name of earlier versions its present one, else the same.
std::string_view present_name(std::string_view kind);

// Puts a part of the host where the runtime, or the workflow that has declared it, finds it. Errc::invalid_argument for a
// kind that there is not, and for a capability that cannot be.
Result<void> add_host_part(RuntimeParts& parts, const HostPart& part, std::shared_ptr<HostCalls> calls, HostRoute route);

}  // namespace imagegen
