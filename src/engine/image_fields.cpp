#include "engine/image_fields.hpp"

#include "json/crop_position.hpp"
#include "workflow/common_fields.hpp"

namespace imagegen {

template <>
struct json::Words<ChromaSubsampling> : json::WordsOf<ChromaSubsampling, ChromaSubsampling::automatic,
                                                      ChromaSubsampling::yuv420, ChromaSubsampling::yuv444> {};
template <>
struct json::Words<Fit> : json::WordsOf<Fit, Fit::cover, Fit::contain, Fit::fill, Fit::inside, Fit::outside> {};
template <>
struct json::Words<ResizeKernel>
    : json::WordsOf<ResizeKernel, ResizeKernel::nearest, ResizeKernel::linear, ResizeKernel::cubic,
                    ResizeKernel::mitchell, ResizeKernel::lanczos2, ResizeKernel::lanczos3> {};
template <>
struct json::Words<DigitalSourceType>
    : json::WordsOf<DigitalSourceType, DigitalSourceType::trained_algorithmic_media,
                    DigitalSourceType::composite_with_trained_algorithmic_media,
                    DigitalSourceType::algorithmically_enhanced, DigitalSourceType::algorithmic_media,
                    DigitalSourceType::data_driven_media, DigitalSourceType::digital_creation,
                    DigitalSourceType::human_edits, DigitalSourceType::composite,
                    DigitalSourceType::composite_synthetic> {};
template <>
struct json::Words<HdrPictures> : json::WordsOf<HdrPictures, HdrPictures::tone_map, HdrPictures::refuse> {};

// "#rrggbb" and the other texts of parse_colour().
template <>
struct json::Value<Colour> {
  static std::string expected(const Limits&) { return "a colour"; }
  static void read(const boost::json::value& value, const Place& place, const Limits& limits, Colour& out) {
    std::string text;
    if (!read_text(value, place, limits, text)) return;
    const auto colour = parse_colour(text);
    if (colour)
      out = *colour;
    else
      place.fault(colour.error().message);
  }
  static boost::json::value write(Colour) { return nullptr; }  // there is no default to tell
  static boost::json::object schema(const Limits&) {
    return {{"type", "string"}, {"description", "#rgb, #rrggbb, #rrggbbaa, transparent, white or black"}};
  }
};

using json::field;
using json::mapped;

std::vector<std::string_view> json::Words<ImageFormat>::all() {
  std::vector<std::string_view> words;
  for (const auto format : kImageFormats) words.push_back(to_string(format));
  return words;
}

std::optional<ImageFormat> json::Words<ImageFormat>::parse(std::string_view word) {
  const auto format = parse_image_format(word);
  return format ? std::optional(*format) : std::nullopt;
}

const json::Fields<ImageLimits>& fields_of(const ImageLimits*) {
  using L = ImageLimits;
  constexpr std::int64_t kMost = std::int64_t{1} << 30U;
  constexpr std::int64_t kMostMemory = std::int64_t{1} << 36U;
  static const auto& all = *new json::Fields<L>(
      "Limits", {field("maxBytes", &L::max_bytes, "of the file").range(1, kMost),
                 field("maxPixels", &L::max_pixels, "width times height").range(1, kMost),
                 field("maxDecodedBytes", &L::max_decoded_bytes,
                       "of whole pictures in memory at one time: decoded, turned, split into planes, resized from rows")
                     .range(1, kMostMemory),
                 field("maxSide", &L::max_side, "px").range(1, 65'535),
                 field("maxTimeMs", &L::max_time, "to decode it, and again to make each file").range(1, 3'600'000),
                 field("hdr", &L::hdr, "what is done with PQ and HLG")});
  return all;
}

static std::string_view about_quality() {
  static const auto& text =
      *new std::string("where none is said, " + std::to_string(default_quality(ImageFormat::webp)) + ", and " +
                       std::to_string(default_quality(ImageFormat::avif)) + " for AVIF, which looks the same");
  return text;
}

const json::Fields<Encoding>& fields_of(const Encoding*) {
  using E = Encoding;
  static const auto& all = *new json::Fields<E>(
      "Encoding",
      {field("format", &E::format), field("quality", &E::quality, about_quality()).range(0, 100),
       field("effort", &E::effort, "0 is fast; WebP up to 6, AVIF up to 9").range(0, 9),
       field("lossless", &E::lossless, "WebP, AVIF"), field("nearLossless", &E::near_lossless, "WebP"),
       field("alphaQuality", &E::alpha_quality, "WebP").range(0, 100),
       field("targetBytes", &E::target_bytes, "lossy WebP; 0 goes by quality").range(0, std::int64_t{1} << 30U),
       field("compressionLevel", &E::compression_level, "PNG").range(0, 9),
       field("bitDepth", &E::bit_depth, "8; PNG also 16, AVIF 10 and 12").one_of({8, 10, 12, 16}),
       field("chromaSubsampling", &E::chroma_subsampling, "JPEG, AVIF"),
       field("progressive", &E::progressive, "JPEG: in scans; PNG: interlaced"),
       field("optimiseCoding", &E::optimise_coding, "JPEG"),
       field("palette", &E::palette, "PNG, where it loses nothing"),
       field("colours", &E::colours, "PNG with a palette of at most so many, 2..256; 0 loses nothing").range(0, 256),
       field("dither", &E::dither, "PNG with colours; 0 does not").within(0, 1)});
  return all;
}

static const json::Fields<Provenance>& fields_of(const Provenance*) {
  using P = Provenance;
  static const auto& all = *new json::Fields<P>(
      "Provenance",
      {field("source", &P::source, "IPTC DigitalSourceType"), field("model", &P::model),
       field("promptSha256", &P::prompt_sha256, "in hexadecimal"), field("creatorTool", &P::creator_tool)});
  return all;
}

static const json::Fields<Trim>& fields_of(const Trim*) {
  static const auto& all = *new json::Fields<Trim>(
      "Trim", {field("threshold", &Trim::threshold, "how far a channel may be from the border's colour").range(0, 255),
               field("colour", &Trim::colour, "of the border; absent: that of the top left pixel")});
  return all;
}

static const json::Fields<Sharpen>& fields_of(const Sharpen*) {
  using S = Sharpen;
  static const auto& all =
      *new json::Fields<S>("Sharpen", {field("sigma", &S::sigma, "px of the output: how far it looks").within(0.3, 10),
                                       field("flat", &S::flat, "how much is added where little differs").within(0, 20),
                                       field("jagged", &S::jagged, "the same at edges").within(0, 20)});
  return all;
}

static const json::Fields<Margins>& fields_of(const Margins*) {
  using M = Margins;
  constexpr int kMost = 65'535;
  static const auto& all = *new json::Fields<M>(
      "Margins", {field("left", &M::left, "px").range(0, kMost), field("top", &M::top, "px").range(0, kMost),
                  field("right", &M::right, "px").range(0, kMost), field("bottom", &M::bottom, "px").range(0, kMost)});
  return all;
}

static const json::Fields<OverlayWish>& fields_of(const OverlayWish*) {
  using W = OverlayWish;
  static const auto& all = *new json::Fields<W>([] {
    using O = Overlay;
    const json::Fields<O> how(
        "", {field("position", &O::position, "where it stands: a word, or {x, y} of the free room"),
             field("scale", &O::scale, "its width as a share of the output's; 0: as large as it is").within(0, 1),
             field("opacity", &O::opacity).within(0, 1),
             field("margin", &O::margin, "px free at the edges, and between tiles").range(0, 65'535),
             field("tiled", &O::tiled, "again and again over the whole output")});
    json::Fields<W> fields("Overlay", {field("picture", &W::picture, "which of the pictures that come with the file")
                                           .range(0, std::int64_t{1} << 10U)});
    return fields.with(&W::overlay, how);
  }());
  return all;
}

// Of what is written, and of what was found.
template <class C>
static json::Fields<C> credit_fields(std::string_view title) {
  using json::field_of;
  return {title,
          {field_of<C>("creators", &Credits::creators, "at most 16, in their order").at_most(16),
           field_of<C>("creditLine", &Credits::credit_line, "to print beside the picture"),
           field_of<C>("copyright", &Credits::copyright, "the notice"),
           field_of<C>("rightsUrl", &Credits::rights_url, "of a page about the rights"),
           field_of<C>("usageTerms", &Credits::usage_terms, "what others may do with it")}};
}

static const json::Fields<Credits>& fields_of(const Credits*) {
  static const auto& all = *new json::Fields<Credits>(credit_fields<Credits>("Credits"));
  return all;
}

const json::Fields<FoundCredits>& fields_of(const FoundCredits*) {
  static const auto& all = *new json::Fields<FoundCredits>(credit_fields<FoundCredits>("FoundCredits"));
  return all;
}

const json::Fields<RenditionSpec>& fields_of(const RenditionSpec*) {
  using S = RenditionSpec;
  static const auto& all = *new json::Fields<S>([] {
    json::Fields<S> fields(
        "Rendition",
        {mapped<S, int>(
             "width", [](const S& spec) { return spec.size.width; }, [](S& spec, int px) { spec.size.width = px; },
             "of the box, px; 0 follows from the height, and both 0 are as large as what is cut")
             .range(0, 65'535),
         mapped<S, int>(
             "height", [](const S& spec) { return spec.size.height; }, [](S& spec, int px) { spec.size.height = px; },
             "the same; 0 follows from the width")
             .range(0, 65'535),
         field("fit", &S::fit),
         field("position", &S::position, "what is kept, or where it stands"),
         field("upscale", &S::allow_upscale),
         field("background", &S::background),
         field("flatten", &S::flatten, "puts what has alpha onto the background"),
         field("blurSigma", &S::blur_sigma, "px; 0 does not blur").within(0, 100),
         mapped<S, ResizeKernel>(
             "kernel", [](const S& spec) { return spec.resize.kernel; },
             [](S& spec, ResizeKernel kernel) { spec.resize.kernel = kernel; }, "on an axis that shrinks"),
         mapped<S, ResizeKernel>(
             "enlargeKernel", [](const S& spec) { return spec.resize.enlarge_kernel; },
             [](S& spec, ResizeKernel kernel) { spec.resize.enlarge_kernel = kernel; }, "on an axis that grows"),
         mapped<S, bool>(
             "linearLight", [](const S& spec) { return spec.resize.linear_light; },
             [](S& spec, bool linear) { spec.resize.linear_light = linear; }),
         field("provenance", &S::provenance, "written into the file as XMP"),
         field("rotate", &S::rotate, "degrees clockwise").one_of({0, 90, 180, 270}),
         field("flip", &S::flip, "upside down, before it is turned"),
         field("flop", &S::flop, "left becomes right, before it is turned"),
         field("extract", &S::extract, "only this part of the turned picture is used"),
         field("trim", &S::trim, "cuts off a border of one colour"),
         field("sharpen", &S::sharpen, "after the resize"),
         field("extend", &S::extend, "margins around what was fitted"),
         field("extendWith", &S::extend_with, "what stands in the margins"),
         field("credits", &S::credits, "whose it is, written into the file as XMP"),
         field("keepCredits", &S::keep_credits, "those of the picture's file, but for what credits says")});
    return fields.with(&S::encoding, json::fields_of_type<Encoding>());
  }());
  return all;
}

const json::Fields<RenditionWish>& fields_of(const RenditionWish*) {
  using W = RenditionWish;
  static const auto& all = *new json::Fields<W>([] {
    json::Fields<W> fields("Rendition", {});
    return fields.with(&W::spec, json::fields_of_type<RenditionSpec>())
        .also({"", {field("overlays", &W::overlays, "laid over it, the uppermost last").at_most(16)}});
  }());
  return all;
}

const json::Fields<KeptSubject>& fields_of(const KeptSubject*) {
  using K = KeptSubject;
  static const auto& all =
      *new json::Fields<K>("KeptSubject", {field("box", &K::box, "around it, in the picture"),
                                           field("isFace", &K::is_face, "else it is only what stands out"),
                                           field("kept", &K::kept, "which share of the box is in the crop, 0..1")});
  return all;
}

const json::Fields<FoundProvenance>& fields_of(const FoundProvenance*) {
  using P = FoundProvenance;
  static const auto& all = *new json::Fields<P>(
      "FoundProvenance",
      {field("digitalSourceType", &P::digital_source_type), field("creatorTool", &P::creator_tool),
       field("model", &P::model), field("promptSha256", &P::prompt_sha256), field("hasC2pa", &P::has_c2pa)});
  return all;
}

}  // namespace imagegen
