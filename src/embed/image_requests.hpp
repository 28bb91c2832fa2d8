#pragma once
#include <imagegen/image/renditions.hpp>

#include "json/object_reader.hpp"

// What requests about pictures say.
namespace imagegen {

// The field `limits`; the defaults where it is absent.
ImageLimits read_limits(json::ObjectReader& root, std::vector<FieldFault>& faults);

// The fields of an encoding; WebP with quality 90 and effort 4 where they are absent.
Encoding read_encoding(json::ObjectReader& part);

RenditionSpec read_rendition(json::ObjectReader& part, std::vector<FieldFault>& faults);

}  // namespace imagegen
