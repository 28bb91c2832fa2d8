#include "record/record_document.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <limits>

#include "json/object_reader.hpp"
#include "json/write.hpp"
#include "record/limits.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

Error wrong_document(const std::string& expected) {
  return {Errc::invalid_argument, "document: expected " + expected};
}

// MongoDB gives a meaning to dots and dollars, and PostgreSQL keeps no NUL. What all stores can keep is what each takes.
Result<void> check_name(std::string_view name, bool at_top) {
  if (name.empty() || name.find_first_of(std::string_view(".\0", 2)) != std::string_view::npos || name.front() == '$')
    return wrong_document("names of fields that are not empty, without dots and NUL, and without a $ in front");
  if (at_top && name.front() == '_') return wrong_document("names of fields without a _ in front at its top");
  return {};
}

Result<void> check_value(const js::value& value, bool at_top);

Result<void> check_fields(const js::object& object, bool at_top) {
  for (const auto& [name, value] : object) {
    if (auto named = check_name(name, at_top); !named) return named;
    if (auto checked = check_value(value, false); !checked) return checked;
  }
  return {};
}

Result<void> check_value(const js::value& value, bool at_top) {
  if (const auto* object = value.if_object()) return check_fields(*object, at_top);
  if (const auto* list = value.if_array()) {
    for (const auto& element : *list) {
      if (auto checked = check_value(element, false); !checked) return checked;
    }
  }
  if (const auto* text = value.if_string(); text != nullptr && text->find('\0') != js::string::npos)
    return wrong_document("texts without NUL");
  if (const auto* real = value.if_double(); (real != nullptr && !std::isfinite(*real)) || value.is_uint64())
    return wrong_document("whole numbers of 64 bits with a sign, and others as doubles have them");
  return {};
}

Result<std::vector<RecordKey>> keys_of(const RecordCollection& collection, const js::object& object) {
  std::vector<RecordKey> keys;
  for (const std::string_view name : collection.keys) {
    const auto* value = object.if_contains(name);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    if (text == nullptr) continue;
    if (text->size() > kLongestRecordKey)
      return wrong_document("at most 1024 bytes in " + std::string(name) + ", got " + std::to_string(text->size()));
    keys.push_back({name, std::string(*text)});
  }
  return keys;
}

}  // namespace

Result<ReadDocument> read_document(const RecordCollection& collection, std::string_view document) {
  if (document.size() > kLargestRecord)
    return wrong_document("at most 256 KiB, got " + std::to_string(document.size()) + " bytes");
  const auto parsed = json::parse(document, kLargestRecord);
  if (!parsed) return in_context(parsed.error(), "document");
  if (!parsed->is_object()) return wrong_document("a JSON object, got " + json::describe(*parsed));
  if (const auto checked = check_value(*parsed, true); !checked) return checked.error();
  auto keys = keys_of(collection, parsed->get_object());
  if (!keys) return keys.error();
  return ReadDocument{json::write(*parsed), std::move(*keys)};
}

}  // namespace imagegen
