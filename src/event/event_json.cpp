#include <imagegen/core/timestamp.hpp>
#include <imagegen/event/event_sink.hpp>

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "json/object_reader.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

constexpr std::size_t kLongestLine = 64U << 10U, kLongestName = 128, kLongestId = 160, kMostFields = 128;

// Whole years that std::chrono::system_clock can count in nanoseconds.
constexpr int kFirstYear = 1678, kLastYear = 2261;

bool is_reserved(std::string_view name) {
  return name == "event" || name == "id" || name == "time";
}

std::string to_json(const std::string& text) {
  return js::serialize(js::string_view(text));
}
std::string to_json(bool flag) {
  return flag ? "true" : "false";
}
std::string to_json(std::int64_t number) {
  return std::to_string(number);
}
// In the shortest form that gives the same number back, and always as a number that is no integer.
std::string to_json(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  std::string text(buffer.data(), end);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

bool has_a_value(const EventValue& value) {
  const auto* number = std::get_if<double>(&value);
  return number == nullptr || std::isfinite(*number);
}

Error wrong(const std::string& message) {
  return {Errc::invalid_argument, "event: " + message};
}

std::optional<int> number_in(std::string_view text, std::size_t from, std::size_t length) {
  int number = 0;
  const auto* begin = text.data() + from;
  const auto read = std::from_chars(begin, begin + length, number);
  if (text[from] == '-' || read.ec != std::errc() || read.ptr != begin + length) return std::nullopt;
  return number;
}

// What to_rfc3339() writes: "2026-11-21T07:36:31.004Z".
std::optional<Timestamp> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] != 'd' && text[i] != kForm[i]) return std::nullopt;
  }
  const auto year = number_in(text, 0, 4), month = number_in(text, 5, 2), day = number_in(text, 8, 2);
  const auto hour = number_in(text, 11, 2), minute = number_in(text, 14, 2), second = number_in(text, 17, 2);
  const auto millis = number_in(text, 20, 3);
  if (!year || !month || !day || !hour || !minute || !second || !millis) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < kFirstYear || *year > kLastYear || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + std::chrono::milliseconds(*millis);
}

Result<std::string> text_of(const js::object& line, std::string_view name, std::size_t longest) {
  const auto* value = line.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  if (!text || text->empty() || text->size() > longest)
    return wrong(std::string(name) + ": expected a text of 1 to " + std::to_string(longest) + " bytes");
  return std::string(*text);
}

Result<EventValue> value_of(std::string_view name, const js::value& value) {
  if (name.empty() || name.size() > kLongestName) return wrong("expected field names of 1 to 128 bytes");
  if (value.is_bool()) return EventValue(value.get_bool());
  if (value.is_int64()) return EventValue(value.get_int64());
  // What is too large for a double is read as infinity, and no line that we write has one.
  if (value.is_double() && std::isfinite(value.get_double())) return EventValue(value.get_double());
  if (value.is_string()) return EventValue(std::string(value.get_string()));
  return wrong(std::string(name) + ": expected true, false, a number or a text");
}

}  // namespace

std::string to_json_line(const Event& event) {
  std::string line = R"({"event":)" + to_json(event.name) + R"(,"id":)" + to_json(event.id) + R"(,"time":)" +
                     to_json(to_rfc3339(to_timestamp(event.time)));
  for (const auto& [name, value] : event.fields) {
    if (is_reserved(name) || !has_a_value(value)) continue;
    line += "," + to_json(name) + ":" + std::visit([](const auto& content) { return to_json(content); }, value);
  }
  return line + "}";
}

Result<Event> parse_event(std::string_view json_line) {
  const auto parsed = json::parse(json_line, kLongestLine);
  if (!parsed) return in_context(parsed.error(), "event");
  const auto* line = parsed->if_object();
  if (!line) return wrong("expected an object");
  if (line->size() > kMostFields + 3) return wrong("expected at most 128 fields");
  const auto name = text_of(*line, "event", kLongestName);
  if (!name) return name.error();
  const auto id = text_of(*line, "id", kLongestId);
  if (!id) return id.error();
  const auto* at = line->if_contains("time");
  const auto time = at && at->is_string() ? parse_time(at->get_string()) : std::nullopt;
  if (!time) return wrong("time: expected one as in 2026-11-21T07:36:31.004Z");
  Event event{*name, *id, *time, {}};
  for (const auto& [field, value] : *line) {
    if (is_reserved(field)) continue;
    auto content = value_of(field, value);
    if (!content) return content.error();
    event.fields.emplace_back(std::string(field), std::move(*content));
  }
  return event;
}

}  // namespace imagegen
