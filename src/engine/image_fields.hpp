#pragma once
#include <imagegen/image/image_limits.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/image/renditions.hpp>

#include "json/fields.hpp"

// What the operations on pictures are asked with.
namespace imagegen {

template <>
struct json::Words<ImageFormat> {
  static std::vector<std::string_view> all();
  static std::string_view of(ImageFormat format) { return to_string(format); }
  static std::optional<ImageFormat> parse(std::string_view word);  // also "jpg"
};

const json::Fields<ImageLimits>& fields_of(const ImageLimits*);
const json::Fields<Encoding>& fields_of(const Encoding*);
const json::Fields<RenditionSpec>& fields_of(const RenditionSpec*);
const json::Fields<FoundProvenance>& fields_of(const FoundProvenance*);

}  // namespace imagegen
