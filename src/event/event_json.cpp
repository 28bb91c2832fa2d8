#include <imagegen/event/event_sink.hpp>

#include <boost/json.hpp>

#include <array>
#include <ctime>

#include "json/write.hpp"

namespace imagegen {
namespace {

// RFC 3339 in UTC with milliseconds: 2026-11-21T07:36:31.004Z
std::string rfc3339(std::chrono::system_clock::time_point time) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(since_epoch / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto millis = std::to_string(since_epoch % 1000 + 1000).substr(1);
  return std::string(text.data(), length) + "." + millis + "Z";
}

}  // namespace

std::string to_json_line(const Event& event) {
  boost::json::object line{{"event", event.name}, {"id", event.id}, {"time", rfc3339(event.time)}};
  for (const auto& field : event.fields) {
    std::visit([&](const auto& content) { line[field.first] = content; }, field.second);
  }
  return json::write(line);
}

}  // namespace imagegen
