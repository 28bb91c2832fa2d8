// Lines of events: reading them never crashes, and a line that is taken reads the same once it has been written again.
#include <imagegen/event/event_sink.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

using Field = std::pair<std::string, imagegen::EventValue>;

// Boost.JSON 1.81 reads some doubles a few units in the last place beside what is written.
bool is_same(const Field& a, const Field& b) {
  const auto* x = std::get_if<double>(&a.second);
  const auto* y = std::get_if<double>(&b.second);
  if (!x || !y) return a == b;
  return a.first == b.first && std::abs(*x - *y) <= std::abs(*x) * 1e-14;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto event = imagegen::parse_event({reinterpret_cast<const char*>(data), size});
  if (!event) return 0;
  const auto again = imagegen::parse_event(imagegen::to_json_line(*event));
  // Escapes may have made the line too long.
  if (!again) return expect(again.error().code == imagegen::Errc::limit_exceeded), 0;
  expect(again->name == event->name && again->id == event->id && again->time == event->time);
  expect(again->fields.size() == event->fields.size());
  for (std::size_t i = 0; i < event->fields.size(); ++i) expect(is_same(event->fields[i], again->fields[i]));
  return 0;
}
