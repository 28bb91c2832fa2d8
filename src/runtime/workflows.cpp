#include "runtime/workflows.hpp"

#include "workflow/heroes/heroes_kind.hpp"
#include "workflow/prompts/prompts_kind.hpp"

namespace imagegen {

std::span<const WorkflowKind* const> workflows() noexcept {
  static constexpr const WorkflowKind* kWorkflows[] = {
      &kHeroes,
      &kPrompts,
  };
  return kWorkflows;
}

}  // namespace imagegen
