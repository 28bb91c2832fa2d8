#pragma once
#include <span>

#include "workflow/workflow_kind.hpp"

namespace imagegen {

// Every workflow that there is.
std::span<const WorkflowKind* const> workflows() noexcept;

}  // namespace imagegen
