#include "engine_contract/schema.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace imagegen::test {
namespace {

namespace js = boost::json;

bool is_of_type(const js::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

bool is_of_a_type(const js::value& value, const js::value& types) {
  if (const auto* type = types.if_string()) return is_of_type(value, *type);
  return std::ranges::any_of(types.as_array(),
                             [&](const js::value& type) { return is_of_type(value, type.as_string()); });
}

class Checker {
 public:
  std::vector<std::string> found;

  void check(const js::value& value, const js::object& schema, const std::string& path) {
    if (const auto* types = schema.if_contains("type"); types && !is_of_a_type(value, *types))
      return wrong(path, "expected " + js::serialize(*types) + ", got " + js::serialize(value));
    if (const auto* only = schema.if_contains("const"); only && *only != value)
      wrong(path, "expected " + js::serialize(*only) + ", got " + js::serialize(value));
    if (const auto* any = schema.if_contains("enum"); any && !std::ranges::count(any->as_array(), value))
      wrong(path, "expected one of " + js::serialize(*any) + ", got " + js::serialize(value));
    if (value.is_number()) check_range(value, schema, path);
    if (const auto* object = value.if_object()) check_object(*object, schema, path);
    const auto* items = schema.if_contains("items");
    const auto* list = value.if_array();
    for (std::size_t i = 0; items && list && i < list->size(); ++i)
      check((*list)[i], items->as_object(), path + "[" + std::to_string(i) + "]");
  }

 private:
  void wrong(const std::string& path, const std::string& what) { found.push_back(path + ": " + what); }

  void check_range(const js::value& value, const js::object& schema, const std::string& path) {
    const auto* least = schema.if_contains("minimum");
    const auto* most = schema.if_contains("maximum");
    const auto number = value.to_number<double>();
    if ((least && number < least->to_number<double>()) || (most && number > most->to_number<double>()))
      wrong(path, js::serialize(value) + " is out of range");
  }

  void check_object(const js::object& object, const js::object& schema, const std::string& path) {
    if (const auto* required = schema.if_contains("required"))
      for (const auto& name : required->as_array())
        if (!object.contains(name.as_string())) wrong(path, js::serialize(name) + " is missing");
    const auto* properties = schema.if_contains("properties");
    const auto* others = schema.if_contains("additionalProperties");
    for (const auto& [name, value] : object) {
      const auto* known = properties ? properties->as_object().if_contains(name) : nullptr;
      if (known) check(value, known->as_object(), path + "." + std::string(name));
      if (!known && others && others->is_bool() && !others->as_bool()) wrong(path, std::string(name) + " is unknown");
    }
  }
};

}  // namespace

std::vector<std::string> mismatches(const js::value& document, const js::value& schema, const std::string& path) {
  Checker checker;
  checker.check(document, schema.as_object(), path);
  return std::move(checker.found);
}

}  // namespace imagegen::test
