#include "engine/mask_fields.hpp"

#include <charconv>

#include "json/crop_position.hpp"
#include "workflow/common_fields.hpp"

namespace imagegen {

template <>
struct json::Words<MaskPolarity>
    : json::WordsOf<MaskPolarity, MaskPolarity::white_is_edit, MaskPolarity::black_is_edit,
                    MaskPolarity::transparent_is_edit, MaskPolarity::opaque_is_edit> {};
template <>
struct json::Words<FeatherSide>
    : json::WordsOf<FeatherSide, FeatherSide::inside, FeatherSide::both, FeatherSide::outside> {};

static const json::Fields<PolarityShare>& fields_of(const PolarityShare*) {
  using P = PolarityShare;
  static const auto& all = *new json::Fields<P>(
      "MaskPolarityShare", {json::field("polarity", &P::polarity), json::field("editedShare", &P::edited, "0..1")});
  return all;
}

namespace mask_operation {
namespace {

using json::field;
using json::field_of;
using json::mapped;

constexpr int kLargestSide = 65'535, kWidestGrowth = 16'384, kWidestFeather = 4'096;

// An optional side of a T.
template <class T>
json::Field<T> side_field(std::string_view name, std::optional<int> T::*side, std::string_view about) {
  return field_of<T>(name, side, about).range(1, kLargestSide);
}

template <class T>
json::Field<T> limits_field(ImageLimits T::*limits) {
  return field_of<T>("limits", limits);
}

json::Fields<MaskReading> reading_fields() {
  using R = MaskReading;
  return {"",
          {field("polarity", &R::polarity,
                 "what the file means by edit (absent: transparent, if a pixel is not opaque, else white)"),
           field("threshold", &R::threshold, "hard edges: edit from this value on").range(1, 255),
           field("keepNoise", &R::keep_noise, "take what a lossy file has around its edges for a part of the mask"),
           limits_field(&R::limits)}};
}

json::Fields<MaskReading> allowance_fields() {
  using R = MaskReading;
  return {"",
          {field("allowEmpty", &R::allow_empty, "a mask that edits nothing is no error"),
           field("allowWhole", &R::allow_whole, "a mask that edits everything is no error")}};
}

json::Fields<MaskShape> shape_fields() {
  using S = MaskShape;
  return {"",
          {field("invert", &S::invert, "edit what was kept, and keep the rest"),
           field("grow", &S::grow_px, "makes the region wider by so many px, or narrower below 0; its edges get hard")
               .range(-kWidestGrowth, kWidestGrowth),
           field("feather", &S::feather_px, "half the width of a soft edge, px").range(0, kWidestFeather),
           field("featherSide", &S::side, "where the soft edge lies")}};
}

template <class Q>
json::Fields<Q> mask_request_fields() {
  json::Fields<Q> fields("", {});
  return fields.with(&Q::reading, reading_fields())
      .with(&Q::shape, shape_fields())
      .with(&Q::reading, allowance_fields());
}

// Both sides or none.
template <class Q>
void check_sides(const Q& request, const json::Place& place) {
  if (request.width.has_value() == request.height.has_value()) return;
  place.field(request.width ? "height" : "width").fault("expected both width and height, or neither");
}

template <class Q>
json::Field<Q> write_as_field(MaskPolarity Q::*polarity) {
  return field_of<Q>("writeAs", polarity, "the polarity of the mask that is written");
}

template <class Q>
json::Field<Q> resize_field() {
  return field_of<Q>("resize", &Q::resize, "stretches what is not of the size of the picture");
}

json::Fields<Margins> margins_fields() {
  using M = Margins;
  return {"",
          {field("left", &M::left, "beyond the left edge, px").range(0, kLargestSide),
           field("top", &M::top, "beyond the top edge, px").range(0, kLargestSide),
           field("right", &M::right, "beyond the right edge, px").range(0, kLargestSide),
           field("bottom", &M::bottom, "beyond the bottom edge, px").range(0, kLargestSide)}};
}

json::Fields<OutpaintSpec> outpaint_spec_fields() {
  using S = OutpaintSpec;
  json::Fields<S> fields("", {});
  return fields.with(&S::margins, margins_fields())
      .also({"",
             {field("fill", &S::fill, "what stands in the margins"),
              field("overlap", &S::overlap_px, "how far into the picture the mask edits too, px")
                  .range(0, kLargestSide),
              field("feather", &S::feather_px, "half the width of the soft edge in the overlap, px")
                  .range(0, kWidestFeather)}});
}

void check_outpaint(const OutpaintRequest& request, const json::Place& place) {
  check_sides(request, place);
  const int ways = (request.spec.margins != Margins{} ? 1 : 0) + (request.width ? 1 : 0) +
                   (request.aspect_ratio.empty() ? 0 : 1);
  if (ways != 1) {
    const std::string expected = "expected one of margins (left, top, right, bottom), a size, and aspectRatio";
    place.field("left").fault(expected + (ways == 0 ? ", got none" : ", got several"));
  }
  if (looks_at_pixels(request.position.rule))
    place.field("position").fault("expected a place, got " + to_string(request.position));
  if (!request.aspect_ratio.empty()) {
    if (const auto shape = parse_aspect_ratio(request.aspect_ratio); !shape)
      place.field("aspectRatio").fault(shape.error().message);
  }
  const auto colour = parse_colour(request.background);
  if (!colour) place.field("background").fault(colour.error().message);
  const bool is_seen = request.spec.fill == MarginFill::background && colour && colour->alpha < 255;
  if (is_seen && request.encoding.format == ImageFormat::jpeg)
    place.field("background").fault("expected an opaque colour, because JPEG has no alpha, got " + request.background);
}

template <class R>
json::Fields<R> size_fields(PixelSize R::*size) {
  return {"",
          {json::computed<R>(
               "width", [size](const R& of) { return (of.*size).width; }, "px"),
           json::computed<R>(
               "height", [size](const R& of) { return (of.*size).height; }, "px")}};
}

json::Fields<MaskCoverage> coverage_fields() {
  using C = MaskCoverage;
  return {"",
          {field("editedShare", &C::edited, "of the pixels, 0..1: at least half edited"),
           field("touchedShare", &C::touched, "of the pixels, 0..1: edited at all"),
           json::computed<C>(
               "region", [](const C& of) { return of.region; }, "around all that is touched; null: nothing is")
               .or_null()}};
}

json::Fields<MaskReport> report_fields() {
  using R = MaskReport;
  json::Fields<R> fields = size_fields(&R::size);
  return fields
      .also({"",
             {field("polarity", &R::polarity, "the one that it was read as"),
              field("cleanedPixels", &R::cleaned_pixels, "how many were noise of a lossy file")}})
      .with(&R::coverage, coverage_fields());
}

}  // namespace

Result<PixelSize> parse_aspect_ratio(std::string_view text) {
  PixelSize shape;
  const char* end = text.data() + text.size();
  const auto across = std::from_chars(text.data(), end, shape.width);
  const bool is_divided = across.ec == std::errc() && across.ptr != end && *across.ptr == ':';
  const auto down = is_divided ? std::from_chars(across.ptr + 1, end, shape.height) : across;
  const auto is_side = [](int side) { return side >= 1 && side <= kLargestSide; };
  if (is_divided && down.ec == std::errc() && down.ptr == end && is_side(shape.width) && is_side(shape.height))
    return shape;
  return Error(Errc::invalid_argument, "expected WIDTH:HEIGHT with numbers of 1 to 65535, as 16:9");
}

json::Fields<MaskReading> inspect_fields() {
  return reading_fields();
}

json::Fields<PrepareRequest> prepare_fields() {
  using Q = PrepareRequest;
  return mask_request_fields<Q>()
      .also({"",
             {side_field("width", &Q::width, "of the picture, px: the mask is stretched to it before it grows"),
              side_field("height", &Q::height, "px"), write_as_field(&Q::write_as)}})
      .checked(check_sides<Q>);
}

json::Fields<EmbedRequest> embed_fields() {
  return mask_request_fields<EmbedRequest>().also({"", {resize_field<EmbedRequest>()}});
}

json::Fields<CompositeRequest> composite_fields() {
  using Q = CompositeRequest;
  return mask_request_fields<Q>()
      .also({"", {resize_field<Q>()}})
      .with(&Q::encoding, json::fields_of_type<Encoding>());
}

json::Fields<OutpaintRequest> outpaint_fields() {
  using Q = OutpaintRequest;
  json::Fields<Q> fields("", {});
  return fields.with(&Q::spec, outpaint_spec_fields())
      .also({"",
             {field("background", &Q::background, "of the margins: #rrggbb, #rrggbbaa, transparent, white or black"),
              side_field("width", &Q::width, "of the larger picture, px, in place of margins"),
              side_field("height", &Q::height, "px"),
              field("aspectRatio", &Q::aspect_ratio, "of the larger picture, as 16:9, in place of margins"),
              field("position", &Q::position, "where the picture stands in it, attention and entropy aside"),
              write_as_field(&Q::write_as), limits_field(&Q::limits)}})
      .with(&Q::encoding, json::fields_of_type<Encoding>())
      .checked(check_outpaint);
}

json::Fields<InspectedMask> inspected_mask_fields() {
  using M = InspectedMask;
  json::Fields<M> fields("InspectedMask", {});
  return fields.with(&M::mask, report_fields())
      .also({"", {field("polarities", &M::polarities, "each that it can be read as, and what it then edits")}});
}

json::Fields<MaskedFile> masked_file_fields() {
  using F = MaskedFile;
  json::Fields<F> fields("MaskedFile", {field("format", &F::format)});
  return fields.with(&F::mask, report_fields()).also({"", {field("sizeBytes", &F::size_bytes)}});
}

json::Fields<OutpaintFiles> outpaint_files_fields() {
  using F = OutpaintFiles;
  json::Fields<F> fields("OutpaintFiles", {field("format", &F::format, "of the picture; the mask is a PNG")});
  return fields.also(size_fields(&F::size))
      .also({"", {field("place", &F::place, "where the old picture stands in the larger one")}})
      .with(&F::coverage, coverage_fields());
}

}  // namespace mask_operation
}  // namespace imagegen
