#include <imagegen/core/timestamp.hpp>

#include <array>
#include <ctime>

namespace imagegen {

std::string to_rfc3339(Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto since_epoch = static_cast<std::time_t>(seconds.time_since_epoch().count());
  std::tm parts{};
  gmtime_r(&since_epoch, &parts);
  std::array<char, 40> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto millis = std::to_string((time - seconds).count() + 1000).substr(1);
  return std::string(text.data(), length) + "." + millis + "Z";
}

}  // namespace imagegen
