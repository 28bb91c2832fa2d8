#include "embed/image_requests.hpp"

#include "json/crop_position.hpp"

namespace imagegen {
namespace {

using json::Need;
using json::ObjectReader;

// A word that one of the parsers knows.
template <class Parse, class Value>
void word(ObjectReader& part, std::string_view name, Parse parse, Value& out) {
  if (!part.has(name)) return;
  const auto parsed = parse(part.text(name, Need::optional));
  if (parsed)
    out = *parsed;
  else
    part.fault(name, parsed.error().message);
}

template <class Number>
void number(ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, Number& out) {
  if (const auto given = part.integer(name, low, high, Need::optional)) out = static_cast<Number>(*given);
}

void text(ObjectReader& part, std::string_view name, std::string& out) {
  if (part.has(name)) out = part.text(name, Need::optional);
}

Provenance read_provenance(const boost::json::value& value, std::string path, std::vector<FieldFault>& faults) {
  ObjectReader part(value, std::move(path), faults);
  Provenance provenance;
  word(part, "source", parse_digital_source_type, provenance.source);
  text(part, "model", provenance.model);
  text(part, "promptSha256", provenance.prompt_sha256);
  text(part, "creatorTool", provenance.creator_tool);
  part.refuse_unknown();
  return provenance;
}

}  // namespace

ImageLimits read_limits(ObjectReader& root, std::vector<FieldFault>& faults) {
  ImageLimits limits;
  const auto* value = root.value("limits");
  if (!value) return limits;
  ObjectReader part(*value, root.path_of("limits"), faults);
  number(part, "maxBytes", 1, std::int64_t{1} << 30U, limits.max_bytes);
  number(part, "maxPixels", 1, std::int64_t{1} << 30U, limits.max_pixels);
  number(part, "maxSide", 1, 65'535, limits.max_side);
  std::int64_t time = limits.max_time.count();
  number(part, "maxTimeMs", 1, 3'600'000, time);
  limits.max_time = std::chrono::milliseconds(time);
  part.refuse_unknown();
  return limits;
}

Encoding read_encoding(ObjectReader& part) {
  Encoding encoding;
  word(part, "format", parse_image_format, encoding.format);
  number(part, "quality", 0, 100, encoding.quality);
  number(part, "effort", 0, 9, encoding.effort);
  number(part, "alphaQuality", 0, 100, encoding.alpha_quality);
  number(part, "targetBytes", 0, std::int64_t{1} << 30U, encoding.target_bytes);
  number(part, "compressionLevel", 0, 9, encoding.compression_level);
  number(part, "bitDepth", 8, 16, encoding.bit_depth);
  word(part, "chromaSubsampling", parse_chroma_subsampling, encoding.chroma_subsampling);
  encoding.lossless = part.flag("lossless", encoding.lossless);
  encoding.near_lossless = part.flag("nearLossless", encoding.near_lossless);
  encoding.progressive = part.flag("progressive", encoding.progressive);
  encoding.optimise_coding = part.flag("optimiseCoding", encoding.optimise_coding);
  encoding.palette = part.flag("palette", encoding.palette);
  return encoding;
}

RenditionSpec read_rendition(ObjectReader& part, std::vector<FieldFault>& faults) {
  RenditionSpec spec;
  spec.size.width = static_cast<int>(part.integer("width", 1, 65'535, Need::required).value_or(0));
  spec.size.height = static_cast<int>(part.integer("height", 1, 65'535, Need::required).value_or(0));
  spec.encoding = read_encoding(part);
  word(part, "fit", parse_fit, spec.fit);
  if (const auto position = json::read_crop_position(part, faults)) spec.position = *position;
  spec.allow_upscale = part.flag("upscale", spec.allow_upscale);
  spec.flatten = part.flag("flatten", spec.flatten);
  word(part, "kernel", parse_resize_kernel, spec.resize.kernel);
  word(part, "enlargeKernel", parse_resize_kernel, spec.resize.enlarge_kernel);
  spec.resize.linear_light = part.flag("linearLight", spec.resize.linear_light);
  if (part.has("background")) {
    Colour background;
    word(part, "background", parse_colour, background);
    spec.background = background;
  }
  if (const auto sigma = part.number("blurSigma", 0, 100, Need::optional)) spec.blur_sigma = static_cast<float>(*sigma);
  if (const auto* provenance = part.value("provenance"))
    spec.provenance = read_provenance(*provenance, part.path_of("provenance"), faults);
  part.refuse_unknown();
  return spec;
}

}  // namespace imagegen
