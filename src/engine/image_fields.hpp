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

template <>
struct json::Words<MarginFill>
    : json::WordsOf<MarginFill, MarginFill::background, MarginFill::copy, MarginFill::mirror, MarginFill::repeat> {};

/// An overlay whose picture comes beside the request.
struct OverlayWish {
  std::size_t picture = 0;  ///< Which one, from 0.
  Overlay overlay;          ///< Without its picture.
};

/// A rendition whose overlays are not there yet.
struct RenditionWish {
  RenditionSpec spec;
  std::vector<OverlayWish> overlays;
};

// Credits that a file has, which differ from those to write in that every field is there.
struct FoundCredits : Credits {};

const json::Fields<ImageLimits>& fields_of(const ImageLimits*);
const json::Fields<Encoding>& fields_of(const Encoding*);
const json::Fields<RenditionSpec>& fields_of(const RenditionSpec*);  // all but its overlays
const json::Fields<RenditionWish>& fields_of(const RenditionWish*);
const json::Fields<KeptSubject>& fields_of(const KeptSubject*);
const json::Fields<FoundProvenance>& fields_of(const FoundProvenance*);
const json::Fields<FoundCredits>& fields_of(const FoundCredits*);

}  // namespace imagegen
