#include <imagegen/core/timestamp.hpp>
#include <imagegen/event/event_sink.hpp>

#include <boost/json.hpp>

#include "json/write.hpp"

namespace imagegen {

std::string to_json_line(const Event& event) {
  boost::json::object line{{"event", event.name}, {"id", event.id}, {"time", to_rfc3339(to_timestamp(event.time))}};
  for (const auto& field : event.fields) {
    std::visit([&](const auto& content) { line[field.first] = content; }, field.second);
  }
  return json::write(line);
}

}  // namespace imagegen
