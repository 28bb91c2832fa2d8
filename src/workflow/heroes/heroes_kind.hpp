#pragma once
#include "workflow/workflow_kind.hpp"

namespace imagegen {

extern const WorkflowKind kHeroes;

std::span<const Operation> hero_operations();

}  // namespace imagegen
