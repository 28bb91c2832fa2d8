#pragma once
#include <imagegen/core/geometry.hpp>

#include "json/object_reader.hpp"

namespace imagegen::json {

/// The field `position`: a word of parse_crop_position(), or {x, y}; nothing when it is absent, null or wrong.
std::optional<CropPosition> read_crop_position(ObjectReader& reader, std::vector<FieldFault>& faults);

}  // namespace imagegen::json
