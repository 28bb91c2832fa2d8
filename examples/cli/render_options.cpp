#include "render_options.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/geometry.hpp>

namespace cli {
namespace {

namespace js = boost::json;
using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;
using Takes = Flag::Takes;

const Flag kRendition[] = {
    {"--no-upscale", "upscale", Takes::no, "Make the output smaller instead of enlarging"},
    {"--background", "background", Takes::text,
     "Colour behind transparency and around a contained picture: #rgb, #rrggbb, #rrggbbaa, white, black"},
    {"--flatten", "flatten", Takes::yes, "Put transparent pixels onto the background"},
    {"--kernel", "kernel", Takes::text, "nearest, linear, cubic, mitchell, lanczos2, lanczos3 (default)"},
    {"--enlarge-kernel", "enlargeKernel", Takes::text, "The same, where the picture grows"},
    {"--linear", "linearLight", Takes::yes, "Resize in linear light"},
    {"--blur", "blurSigma", Takes::real, "Sigma of a Gaussian blur, 0.3..100 px"},
    {"--effort", "effort", Takes::number, "0 (fast) .. 6 (small) for WebP, .. 9 for AVIF (default 4)", 0, 9},
    {"--lossless", "lossless", Takes::yes, "WebP, AVIF"},
    {"--near-lossless", "nearLossless", Takes::yes, "WebP: lossless after a little smoothing; --quality says how"},
    {"--alpha-quality", "alphaQuality", Takes::number, "WebP, 0..100 (default 100)", 0, 100},
    {"--target-bytes", "targetBytes", Takes::number, "WebP: seek the quality that gives this size"},
    {"--chroma", "chromaSubsampling", Takes::text, "JPEG, AVIF: automatic (default), 4:2:0 or 4:4:4"},
    {"--progressive", "progressive", Takes::yes, "JPEG in scans, PNG interlaced"},
    {"--no-optimise", "optimiseCoding", Takes::no, "JPEG with standard Huffman tables: faster, larger"},
    {"--compression-level", "compressionLevel", Takes::number, "PNG, 0..9 (default 4)", 0, 9},
    {"--no-palette", "palette", Takes::no, "PNG: no palette even where it loses nothing"},
    {"--colours", "colours", Takes::number, "PNG: a palette of at most so many colours, 2..256; smaller, not lossless",
     2, 256},
    {"--dither", "dither", Takes::real,
     "PNG with --colours, 0..1 (default 1): how much of what a pixel loses its neighbours make up for"},
    {"--creator", "credits.creators", Takes::texts, "Write who made the picture; may be repeated"},
    {"--credit", "credits.creditLine", Takes::text, "Write the line of credit to print beside it"},
    {"--copyright", "credits.copyright", Takes::text, "Write the copyright notice"},
    {"--rights-url", "credits.rightsUrl", Takes::text, "Write the address of a page about the rights"},
    {"--usage-terms", "credits.usageTerms", Takes::text, "Write what others may do with it"},
    {"--keep-credits", "keepCredits", Takes::yes,
     "Keep those of IN, but for what the options above say; nothing else is kept"},
    {"--source", "provenance.source", Takes::text,
     "Write where the picture comes from: an IPTC DigitalSourceType, as trainedAlgorithmicMedia"},
    {"--model", "provenance.model", Takes::text,
     "Write the model that made it; implies --source trainedAlgorithmicMedia"},
    {"--prompt-sha256", "provenance.promptSha256", Takes::text, "Write the SHA-256 of its prompt; likewise"},
    // Those below are added by hand, because they may be given once for each output.
    {"--position", "position", Takes::text, ""},
    {"--fit", "fit", Takes::text, ""},
    {"--quality", "quality", Takes::number, ""},
    {"--size", "width", Takes::text, ""},
    {"--size", "height", Takes::text, ""},
};
constexpr std::size_t kByHand = 5;

const Flag kThreads[] = {{"--threads", "threads", Takes::number, "Threads (default: one per core)", 1, 256}};

Result<void> check_counts(const RenderOptions& options) {
  const std::pair<const char*, std::size_t> counts[] = {{"--size", options.sizes.size()},
                                                        {"--position", options.positions.size()},
                                                        {"--fit", options.fits.size()},
                                                        {"--quality", options.qualities.size()}};
  const auto outputs = options.outputs.size();
  for (const auto& [name, count] : counts)
    if (count > 1 && count != outputs)
      return Error{Errc::invalid_argument, std::string(name) + ": expected 1 or " + std::to_string(outputs) +
                                               ", one for each -o, got " + std::to_string(count)};
  return {};
}

// The value for output `index`: given once it is for all, given once per output it is for that one.
template <class Value>
void put_nth(js::object& rendition, std::string_view field, const std::vector<Value>& values, std::size_t index) {
  if (!values.empty()) rendition[field] = values.size() == 1 ? values.front() : values[index];
}

Result<js::object> rendition_of(const RenderOptions& options, std::size_t index) {
  auto rendition = options.shared;
  const auto& output = options.outputs[index];
  const auto format = imagegen::format_of_name(output);
  if (!format)
    return Error{Errc::invalid_argument, "-o " + output + ": expected a name ending in .webp, .jpg, .png or .avif"};
  rendition["format"] = to_string(*format);
  if (const auto done = put_steps(options.steps, rendition); !done) return done.error();
  const auto size = imagegen::parse_pixel_size(options.sizes[options.sizes.size() == 1 ? 0 : index]);
  if (!size) return in_context(size.error(), "--size");
  rendition["width"] = size->width, rendition["height"] = size->height;
  put_nth(rendition, "position", options.positions, index);
  put_nth(rendition, "fit", options.fits, index);
  put_nth(rendition, "quality", options.qualities, index);
  // One number for all outputs: those whose format has no such depth keep theirs.
  const bool is_png = *format == imagegen::ImageFormat::png, is_avif = *format == imagegen::ImageFormat::avif;
  if ((is_png && options.bit_depth == 16) || (is_avif && options.bit_depth < 16))
    rendition["bitDepth"] = options.bit_depth;
  return rendition;
}

std::string about_quality() {
  using imagegen::default_quality, imagegen::ImageFormat;
  return "0..100 (default " + std::to_string(default_quality(ImageFormat::webp)) + ", AVIF " +
         std::to_string(default_quality(ImageFormat::avif)) + ")";
}

}  // namespace

std::string rendition_option(std::string_view field) {
  const auto name = name_of(kRendition, field);
  return name == field ? name_of(step_flags(), field) : name;
}

void add_render_options(CLI::App& command, RenderOptions& options) {
  command.add_option("IN", options.input, "PNG, JPEG, WebP, AVIF or GIF")->required();
  command.add_option("--size", options.sizes, "WIDTHxHEIGHT, once for all or once per output")
      ->required()
      ->allow_extra_args(false);
  command.add_option("--fit", options.fits, "cover (default), contain, fill, inside or outside")
      ->allow_extra_args(false);
  command
      .add_option("--position", options.positions, "centre, north ... north-west, attention, entropy, or x,y in [0, 1]")
      ->allow_extra_args(false);
  command.add_option("--quality", options.qualities, about_quality())
      ->check(CLI::Range(0, 100))
      ->allow_extra_args(false);
  add_flags(command, std::span(kRendition).first(std::size(kRendition) - kByHand), options.shared);
  add_flags(command, step_flags(), options.shared);
  add_step_options(command, options.steps);
  command.add_option("--bit-depth", options.bit_depth, "8 (default), 16 for PNG, 10 or 12 for AVIF")
      ->check(CLI::IsMember({8, 10, 12, 16}));
  command.add_flag("--dry-run", options.dry_run, "Say what would be cut, and which faces would be; write nothing");
  command.add_option("--hdr", options.hdr, "Pictures in PQ or HLG: tone-map (default) or refuse")
      ->check(CLI::IsMember({"tone-map", "refuse"}));
  add_flags(command, kThreads, options.overrides);
  command.add_option("-o,--output", options.outputs, "File to write; its extension is the format")
      ->required()
      ->allow_extra_args(false);
}

Result<js::object> render_request(const RenderOptions& options) {
  if (const auto checked = check_counts(options); !checked) return checked.error();
  js::array renditions;
  for (std::size_t i = 0; i < options.outputs.size(); ++i) {
    auto rendition = rendition_of(options, i);
    if (!rendition) return rendition.error();
    renditions.push_back(std::move(*rendition));
  }
  js::object request{{"renditions", std::move(renditions)}};
  if (!options.hdr.empty()) request["limits"] = {{"hdr", options.hdr}};
  return request;
}

}  // namespace cli
