#include "render_options.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/geometry.hpp>

#include "files.hpp"
#include "word_check.hpp"

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
    {"--fit",
     "fit",
     Takes::text,
     "cover (default), contain, fill, inside or outside",
     0,
     0,
     "",
     "",
     {"cover", "contain", "fill", "inside", "outside"}},
    {"--position",
     "position",
     Takes::text,
     "centre, north ... north-west, attention, entropy, x,y or object-position:x,y in [0, 1]",
     0,
     0,
     "",
     "",
     {"centre", "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west", "attention",
      "entropy"}},
    {"--quality", "quality", Takes::number, "0..100 (default 90, AVIF 78)", 0, 100},
    // Those below are added by hand, because one option is two fields.
    {"--size", "width", Takes::text, ""},
    {"--size", "height", Takes::text, ""},
};
constexpr std::size_t kByHand = 2;

const Flag kThreads[] = {{"--threads", "threads", Takes::number, "Threads (default: one per core)", 1, 256}};

Result<imagegen::ImageFormat> format_of(const RenderOptions& options) {
  const auto& output = options.outputs.front();
  const auto format = imagegen::format_of_name(options.format.empty() ? output : "." + options.format);
  if (format) return *format;
  if (output == kStandardStream)
    return Error{Errc::invalid_argument, "-o -: expected --format webp, jpeg, png or avif, got none"};
  return Error{Errc::invalid_argument, "-o " + output + ": expected a name ending in .webp, .jpg, .png or .avif"};
}

}  // namespace

std::string rendition_option(std::string_view field) {
  const auto name = name_of(kRendition, field);
  return name == field ? name_of(step_flags(), field) : name;
}

CLI::Option* add_render_options(CLI::App& command, RenderOptions& options) {
  takes_file(command.add_option("IN", options.input, "PNG, JPEG, WebP, AVIF or GIF; - is standard input")->required());
  command
      .add_option("--size", options.size,
                  "1920x800; 300x or x300 where the other side follows from it (default: as large as what is cut)")
      ->type_name("WIDTHxHEIGHT");
  add_flags(command, std::span(kRendition).first(std::size(kRendition) - kByHand), options.shared);
  add_flags(command, step_flags(), options.shared);
  add_step_options(command, options.steps);
  command.add_option("--bit-depth", options.bit_depth, "8 (default), 16 for PNG, 10 or 12 for AVIF")
      ->check(CLI::IsMember({8, 10, 12, 16}))
      ->type_name("N");
  takes_words(command.add_option("--format", options.format, "webp, jpeg, png or avif (default: by the name)"),
              {"webp", "jpeg", "png", "avif"}, {"jpg"});
  takes_words(command.add_option("--hdr", options.hdr, "Pictures in PQ or HLG: tone-map (default) or refuse"),
              {"tone-map", "refuse"});
  command.add_flag("--dry-run", options.dry_run, "Say what would be cut, and which faces would be; write nothing");
  add_flags(command, kThreads, options.overrides);
  command.add_flag("--json", options.json, "Print what was made as JSON on stdout and nothing else");
  auto* output =
      command.add_option("-o,--output", options.outputs,
                         "File to write, its extension is the format; - is standard output. Options before the "
                         "first -o are for every file, others for the -o that follows them");
  return takes_file(output->required()->allow_extra_args(false));
}

Result<js::object> rendition_of(const RenderOptions& options, std::size_t first_picture) {
  auto rendition = options.shared;
  const auto format = format_of(options);
  if (!format) return format.error();
  rendition["format"] = to_string(*format);
  if (const auto done = put_steps(options.steps, first_picture, rendition); !done) return done.error();
  if (!options.size.empty()) {
    const auto size = imagegen::parse_box_size(options.size);
    if (!size) return in_context(size.error(), "--size");
    rendition["width"] = size->width, rendition["height"] = size->height;
  }
  // One number for all outputs: those whose format has no such depth keep theirs.
  const bool is_png = *format == imagegen::ImageFormat::png, is_avif = *format == imagegen::ImageFormat::avif;
  if ((is_png && options.bit_depth == 16) || (is_avif && options.bit_depth < 16))
    rendition["bitDepth"] = options.bit_depth;
  return rendition;
}

}  // namespace cli
