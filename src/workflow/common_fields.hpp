#pragma once
#include <imagegen/core/geometry.hpp>
#include <imagegen/provider/image_request.hpp>

#include "json/fields.hpp"

// What documents of several workflows hold.
namespace imagegen {

const json::Fields<PixelRect>& fields_of(const PixelRect*);
const json::Fields<Adaptation>& fields_of(const Adaptation*);

}  // namespace imagegen
