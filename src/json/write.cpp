#include "json/write.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace imagegen::json {
namespace {

void append(std::string& out, double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

void append(std::string& out, const boost::json::value& value);

void append(std::string& out, const boost::json::object& object) {
  out += '{';
  const char* between = "";
  for (const auto& [name, value] : object) {
    out += std::exchange(between, ",") + boost::json::serialize(boost::json::string_view(name)) + ":";
    append(out, value);
  }
  out += '}';
}

void append(std::string& out, const boost::json::array& array) {
  out += '[';
  const char* between = "";
  for (const auto& value : array) {
    out += std::exchange(between, ",");
    append(out, value);
  }
  out += ']';
}

void append(std::string& out, const boost::json::value& value) {
  if (value.is_object()) return append(out, value.get_object());
  if (value.is_array()) return append(out, value.get_array());
  if (value.is_double()) return append(out, value.get_double());
  out += boost::json::serialize(value);
}

}  // namespace

std::string write(const boost::json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace imagegen::json
