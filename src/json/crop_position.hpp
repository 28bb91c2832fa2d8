#pragma once
#include <imagegen/core/geometry.hpp>

#include "json/fields.hpp"

namespace imagegen::json {

/// A word of parse_crop_position(), {x, y} as fractions, or {objectPosition: {x, y}}. Null says nothing.
template <>
struct Value<CropPosition> {
  static std::string expected(const Limits&) { return "a word, {x, y} or {objectPosition: {x, y}}"; }
  static void read(const boost::json::value& value, const Place& place, const Limits&, CropPosition& out);
  static boost::json::value write(const CropPosition& position) { return boost::json::value(to_string(position)); }
  static boost::json::object schema(const Limits&);
};

/// "position" of an object; nothing where it is absent or wrong.
std::optional<CropPosition> read_crop_position(ObjectReader& reader, std::vector<FieldFault>& faults);

}  // namespace imagegen::json
