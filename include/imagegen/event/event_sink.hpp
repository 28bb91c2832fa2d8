#pragma once
#include <imagegen/core/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace imagegen {

/// What a field of an event may hold. Text is UTF-8.
using EventValue = std::variant<bool, std::int64_t, double, std::string>;

/// Something that happened, for analytics. Holds no prompt text and no user's data beyond ids.
struct Event {
  std::string name;                            ///< "lifestyle_heroes_generated"
  std::string id;                              ///< Unique; a sink that delivers twice can be told apart by it.
  std::chrono::system_clock::time_point time;  ///< When it happened, by the wall clock.
  std::vector<std::pair<std::string, EventValue>> fields;  ///< Not named "event", "id" or "time".
};

/// Takes events. Safe from any thread.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Returns at once, and never fails the work that emits: where it must, it loses the event.
  virtual void emit(Event event) = 0;
  /// Returns when the event is where it belongs, or says why it is not; may block. For events that are kept until then,
  /// and delivered again with the same id when it is not known whether they were. A sink that does not say otherwise
  /// emits and succeeds.
  virtual Result<void> deliver(const Event& event) {
    emit(event);
    return {};
  }
  /// deliver(), given up soon when `stop` is requested: Errc::cancelled, and the event may have arrived. A sink that
  /// never waits for long need not know of it.
  virtual Result<void> deliver_until(const Event& event, std::stop_token stop) {
    static_cast<void>(stop);
    return deliver(event);
  }
};

/// Takes every event and keeps none.
std::unique_ptr<EventSink> make_null_event_sink();

/// One JSON object a line, appended by a thread of its own; a full queue (4096) drops the newest and counts it.
/// The destructor writes what is queued. Errc::storage_failed when the file cannot be opened for appending. deliver()
/// gives the line to the operating system before it returns, so that it survives the end of the process, or fails with
/// Errc::storage_failed. Several processes may append to one file.
Result<std::unique_ptr<EventSink>> make_json_lines_event_sink(const std::filesystem::path& file);

/// Calls `callback` on the emitting thread; it must return quickly. What it throws is dropped by emit(), and is
/// Errc::unavailable from deliver().
std::unique_ptr<EventSink> make_callback_event_sink(std::function<void(const Event&)> callback);

/// A new unique id: 32 hexadecimal digits from the system's random source.
std::string new_event_id();

/// The line that the JSON-lines sink writes, without the line end. A number that is not finite is left out.
std::string to_json_line(const Event& event);

/// The event that to_json_line() made the line of, its time to the millisecond. Errc::limit_exceeded for more than
/// 64 KiB; Errc::invalid_argument for anything else that is no such line, or has more than 128 fields, a name of more
/// than 128 bytes, an id of more than 160.
Result<Event> parse_event(std::string_view json_line);

}  // namespace imagegen
