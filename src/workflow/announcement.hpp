#pragma once
#include <imagegen/event/event_sink.hpp>
#include <imagegen/job/job.hpp>

namespace imagegen {

// An event on its way through a job store; parse_event() reads its text.
inline Announcement announcement_of(const Event& event) {
  return {event.id, to_json_line(event)};
}

}  // namespace imagegen
