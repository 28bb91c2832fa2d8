#pragma once
#include <imagegen/embed/engine.hpp>

#include <memory>

#include "embed/host_part.hpp"

namespace imagegen {

// Puts a part of the host where the runtime, or the workflow that has declared it, finds it. Errc::invalid_argument for a
// kind that there is not, and for a capability that cannot be.
Result<void> add_host_part(RuntimeParts& parts, const HostPart& part, std::shared_ptr<HostCalls> calls, HostRoute route);

}  // namespace imagegen
