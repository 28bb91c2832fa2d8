#include <imagegen/runtime/erase.hpp>
#include <imagegen/runtime/runtime.hpp>

#include "runtime/workflows.hpp"
#include "workflow/workflow_kind.hpp"

namespace imagegen {
namespace {

std::vector<PersonalData> personal_data() {
  std::vector<PersonalData> all;
  for (const WorkflowKind* kind : workflows())
    if (kind->personal != nullptr) all.push_back(*kind->personal);
  return all;
}

}  // namespace

Task<Result<EraseReport>> erase_person(Runtime& runtime, EraseRequest request) {
  auto open = [&] { return runtime.state(); };
  const auto state = co_await runtime.pool().run(open);
  if (!state) co_return state.error();
  State& kept = **state;
  EraseServices services{*kept.jobs,      *kept.ledger,   *kept.records,       *kept.assets,
                         runtime.store(), runtime.pool(), runtime.clock(),     runtime.spool(kept),
                         kept.scrub,      {}};
  auto erasing = erase_person(std::move(services), personal_data(), std::move(request));
  co_return co_await std::move(erasing);
}

}  // namespace imagegen
