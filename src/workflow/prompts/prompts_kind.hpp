#pragma once
#include "workflow/workflow_kind.hpp"

namespace imagegen {

extern const WorkflowKind kPrompts;

std::span<const Operation> prompt_operations();

}  // namespace imagegen
