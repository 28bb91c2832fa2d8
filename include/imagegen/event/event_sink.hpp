#pragma once
#include <imagegen/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace imagegen {

using EventValue = std::variant<bool, std::int64_t, double, std::string>;

/// Something that happened, for analytics. Holds no prompt text and no user's data beyond ids.
struct Event {
  std::string name;  ///< "lifestyle_heroes_generated"
  std::string id;    ///< Unique; a sink that delivers twice can be told apart by it.
  std::chrono::system_clock::time_point time;
  std::vector<std::pair<std::string, EventValue>> fields;
};

/// Takes events. emit() returns at once, from any thread, and never fails the work that emits.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void emit(Event event) = 0;
};

std::unique_ptr<EventSink> make_null_event_sink();

/// One JSON object a line, appended by a thread of its own; a full queue (4096) drops the newest and counts it.
/// The destructor writes what is queued. Errc::storage_failed when the file cannot be opened for appending.
Result<std::unique_ptr<EventSink>> make_json_lines_event_sink(const std::filesystem::path& file);

/// Calls `callback` on the emitting thread; it must return quickly.
std::unique_ptr<EventSink> make_callback_event_sink(std::function<void(const Event&)> callback);

/// A new unique id: 32 hexadecimal digits from the system's random source.
std::string new_event_id();

/// The line that the JSON-lines sink writes, without the line end.
std::string to_json_line(const Event& event);

}  // namespace imagegen
