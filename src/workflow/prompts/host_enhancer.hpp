#pragma once
#include <span>

#include "workflow/host_part_kind.hpp"

namespace imagegen {

// "enhancer": who makes better prompts. It knows best what it has called.
std::span<const HostPartKind> prompt_host_parts();

}  // namespace imagegen
