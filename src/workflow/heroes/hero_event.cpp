#include "workflow/heroes/hero_event.hpp"

#include <set>
#include <string_view>

namespace imagegen {

Event lifestyle_heroes_generated(const HeroResult& result, std::chrono::system_clock::time_point now) {
  std::set<std::string_view> shots;
  for (const auto& output : result.generated) shots.insert(output.shot_id);
  const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
  const auto cost = result.cost.actual ? result.cost.actual : result.cost.estimated;
  Event event{"lifestyle_heroes_generated", new_event_id(), now, {}};
  event.fields = {{"work_item_id", result.work_item_id},
                  {"shots_generated", count(shots)},
                  {"sizes_generated", count(result.generated)},
                  {"sizes_skippedExisting", count(result.skipped_existing)},
                  {"dryRun", result.dry_run},
                  {"overwrite", result.overwrite},
                  {"failed", count(result.failed)},
                  {"duration_ms", std::int64_t{result.duration.count()}}};
  // An unknown price is left out: 0 would be counted as free.
  if (cost) event.fields.emplace_back("cost", cost->dollars());
  return event;
}

}  // namespace imagegen
