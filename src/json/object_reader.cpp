#include "json/object_reader.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>

#include <boost/json.hpp>

#include "json/value.hpp"
#include "json/write.hpp"

namespace imagegen::json {
namespace {

constexpr std::size_t kShownChars = 60;

}  // namespace

Result<boost::json::value> parse(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return Error{Errc::limit_exceeded, "expected at most " + std::to_string(max_bytes) + " bytes of JSON, got " +
                                           std::to_string(text.size())};
  }
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::json::stream_parser parser({}, options);
  boost::system::error_code error;
  const auto read = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    error = boost::json::error::extra_data;
  if (error) {
    return Error{Errc::invalid_argument,
                 "expected JSON, got: " + error.message() + " after byte " + std::to_string(read)};
  }
  return parser.release();
}

std::string describe(const boost::json::value& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  auto text = write(value);
  if (text.size() <= kShownChars) return shown(text);
  return shown(cut_utf8(text, kShownChars)) + "...";
}

ObjectReader::ObjectReader(const boost::json::value& value, std::string path, std::vector<FieldFault>& faults)
    : object_(value.if_object()), path_(std::move(path)), faults_(faults) {
  if (!object_) faults_.push_back({path_, "expected an object, got " + describe(value)});
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

Place ObjectReader::place_of(std::string_view name) const {
  return {path_of(name), faults_};
}

void ObjectReader::fault(std::string_view name, std::string message) {
  place_of(name).fault(message);
}

const boost::json::value* ObjectReader::value(std::string_view name) {
  asked_.emplace(name);
  return object_ ? object_->if_contains(name) : nullptr;
}

bool ObjectReader::has(std::string_view name) {
  return value(name) != nullptr;
}

const boost::json::value* ObjectReader::find(std::string_view name, Need need, std::string_view expected) {
  const auto* found = value(name);
  if (!found && need == Need::required && object_) fault(name, "expected " + std::string(expected) + ", got nothing");
  return found;
}

std::string ObjectReader::text(std::string_view name, Need need) {
  const auto* found = find(name, need, "a string");
  std::string text;
  Limits limits;
  limits.blank = need == Need::optional;
  if (found) read_text(*found, place_of(name), limits, text);
  return text;
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, std::int64_t low, std::int64_t high,
                                                  Need need) {
  Limits limits;
  limits.low = low, limits.high = high;
  const auto* found = find(name, need, expected_integer(limits));
  return found ? read_integer(*found, place_of(name), limits) : std::nullopt;
}

std::optional<double> ObjectReader::number(std::string_view name, double low, double high, Need need) {
  Limits limits;
  limits.least = low, limits.most = high;
  const auto* found = find(name, need, expected_number(limits));
  return found ? read_number(*found, place_of(name), limits) : std::nullopt;
}

std::optional<Usd> ObjectReader::dollars(std::string_view name, Need need, Usd most) {
  const auto* found = find(name, need, expected_usd(most).substr(std::string_view("expected ").size()));
  return found ? read_dollars(*found, place_of(name), most) : std::nullopt;
}

bool ObjectReader::flag(std::string_view name, bool otherwise) {
  const auto* found = value(name);
  return found ? read_flag(*found, place_of(name)).value_or(otherwise) : otherwise;
}

const boost::json::array* ObjectReader::array(std::string_view name, std::size_t max_size, Need need) {
  Limits limits;
  limits.most_entries = max_size;
  const auto* found = find(name, need, "an array");
  return found ? read_array(*found, place_of(name), limits) : nullptr;
}

std::vector<std::string> ObjectReader::texts(std::string_view name, std::size_t max_size, Need need,
                                             bool may_be_empty) {
  std::vector<std::string> out;
  const auto* list = array(name, max_size, need);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    const auto& entry = (*list)[i];
    if (entry.is_string() && (may_be_empty || !entry.get_string().empty()))
      out.emplace_back(entry.get_string());
    else
      fault(name, std::string("expected strings") + (may_be_empty ? "" : " that are not empty") + ", got " +
                      describe(entry));
  }
  return out;
}

void ObjectReader::refuse_unknown() {
  if (!object_) return;
  for (const auto& [name, ignored] : *object_) {
    if (asked_.find(std::string_view(name)) == asked_.end()) fault(name, "unknown field");
  }
}

}  // namespace imagegen::json
