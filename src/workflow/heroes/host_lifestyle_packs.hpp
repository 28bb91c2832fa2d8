#pragma once
#include <span>

#include "workflow/host_part_kind.hpp"

namespace imagegen {

// "lifestylePacks": where those come from that a request does not bring.
std::span<const HostPartKind> hero_host_parts();

}  // namespace imagegen
