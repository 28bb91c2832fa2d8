#include "json/crop_position.hpp"

namespace imagegen::json {

std::optional<CropPosition> read_crop_position(ObjectReader& reader, std::vector<FieldFault>& faults) {
  const auto* value = reader.value("position");
  if (!value || value->is_null()) return std::nullopt;
  if (value->is_object()) {
    ObjectReader point(*value, reader.path_of("position"), faults);
    const auto x = point.number("x", 0, 1, Need::required);
    const auto y = point.number("y", 0, 1, Need::required);
    if (!x || !y) return std::nullopt;
    return CropPosition{CropRule::focal_point, {static_cast<float>(*x), static_cast<float>(*y)}};
  }
  if (!value->is_string())
    return reader.fault("position", "expected a word or {x, y}, got " + describe(*value)), std::nullopt;
  const auto position = parse_crop_position(std::string_view(value->get_string()));
  if (!position) return reader.fault("position", position.error().message), std::nullopt;
  return *position;
}

}  // namespace imagegen::json
