#include "json/fields.hpp"

namespace imagegen::json {

bool is_worth_telling(const boost::json::value& value) {
  if (value.is_null()) return false;
  if (const auto* text = value.if_string()) return !text->empty();
  if (const auto* list = value.if_array()) return !list->empty();
  return !value.is_object();
}

void describe_in(boost::json::object& schema, std::string_view about) {
  if (about.empty()) return;
  auto& text = schema["description"];
  text = text.is_string() ? std::string(text.get_string()) + "; " + std::string(about) : std::string(about);
}

void allow_null(boost::json::object& schema) {
  if (const auto* type = schema.if_contains("type"); type && type->is_string())
    schema["type"] = boost::json::array{*type, "null"};
  else if (auto* words = schema.if_contains("enum"); words && words->is_array())
    words->get_array().push_back(nullptr);
}

}  // namespace imagegen::json
