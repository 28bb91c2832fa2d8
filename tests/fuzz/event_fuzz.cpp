// Lines of events: reading them never crashes, and a line that is taken reads the same once it has been written again.
#include <imagegen/event/event_sink.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto event = imagegen::parse_event({reinterpret_cast<const char*>(data), size});
  if (!event) return 0;
  const auto again = imagegen::parse_event(imagegen::to_json_line(*event));
  // Escapes may have made the line too long.
  if (!again) return expect(again.error().code == imagegen::Errc::limit_exceeded), 0;
  expect(again->name == event->name && again->id == event->id && again->time == event->time);
  expect(again->fields == event->fields);
  return 0;
}
