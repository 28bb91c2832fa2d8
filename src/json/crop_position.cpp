#include "json/crop_position.hpp"

namespace imagegen {

namespace js = boost::json;

static const json::Fields<FocalPoint>& fields_of(const FocalPoint*) {
  static const auto& all =
      *new json::Fields<FocalPoint>("Point", {json::field("x", &FocalPoint::x, "from the left").needed().within(0, 1),
                                              json::field("y", &FocalPoint::y, "from the top").needed().within(0, 1)});
  return all;
}

namespace json {

void Value<CropPosition>::read(const boost::json::value& value, const Place& place, const Limits& limits,
                               CropPosition& out) {
  if (value.is_null()) return;
  if (value.is_object()) {
    const auto before = place.faults.size();
    // As CSS has it where that is said.
    const auto* css = value.get_object().if_contains("objectPosition");
    const Place inside = css ? place.field("objectPosition") : place;
    const auto focus = fields_of_type<FocalPoint>().read(css ? *css : value, inside, Unknown::ignored);
    if (place.faults.size() == before) out = {css ? CropRule::object_position : CropRule::focal_point, focus};
    return;
  }
  if (!value.is_string()) return place.expected(expected(limits), value);
  const auto position = parse_crop_position(std::string_view(value.get_string()));
  if (position)
    out = *position;
  else
    place.fault(position.error().message);
}

boost::json::object Value<CropPosition>::schema(const Limits&) {
  const auto point = fields_of_type<FocalPoint>().schema(Use::request);
  const js::object css{{"type", "object"},
                       {"required", js::array{"objectPosition"}},
                       {"properties", js::object{{"objectPosition", point}}}};
  return {{"description",
           "centre, north, north-east ... north-west, attention, entropy; {x, y}, where the window is centred as near "
           "as the "
           "edges allow; or {objectPosition: {x, y}}, as CSS has it"},
          {"anyOf", js::array{js::object{{"type", "string"}}, point, css}}};
}

std::optional<CropPosition> read_crop_position(ObjectReader& reader, std::vector<FieldFault>& faults) {
  const auto* value = reader.value("position");
  if (!value || value->is_null()) return std::nullopt;
  const auto before = faults.size();
  CropPosition position;
  Value<CropPosition>::read(*value, {reader.path_of("position"), faults}, {}, position);
  if (faults.size() > before) return std::nullopt;
  return position;
}

}  // namespace json
}  // namespace imagegen
