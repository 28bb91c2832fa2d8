#pragma once
#include <imagegen/event/event_sink.hpp>
#include <imagegen/workflow/heroes/hero_result.hpp>

namespace imagegen {

// The one event of a work item: counts and ids, no prompts.
Event lifestyle_heroes_generated(const HeroResult& result, std::chrono::system_clock::time_point now);

}  // namespace imagegen
