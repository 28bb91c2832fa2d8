#include "render_options.hpp"

#include <imagegen/image/encode.hpp>

#include "files.hpp"

namespace cli {
namespace {

using imagegen::Errc;
using imagegen::Error;
using imagegen::RenditionSpec;
using imagegen::Result;

// The value for output `index`: given once it is for all, given once per output it is for that one.
template <class Value>
Value nth(const std::vector<Value>& values, std::size_t index, Value otherwise) {
  if (values.empty()) return otherwise;
  return values.size() == 1 ? values.front() : values[index];
}

Result<void> check_counts(const RenderOptions& options) {
  const auto check = [&](const char* name, std::size_t count) -> Result<void> {
    if (count <= 1 || count == options.outputs.size()) return {};
    return Error{Errc::invalid_argument, std::string(name) + ": expected 1 or " +
                                             std::to_string(options.outputs.size()) + ", one for each -o, got " +
                                             std::to_string(count)};
  };
  if (auto checked = check("--size", options.sizes.size()); !checked) return checked;
  if (auto checked = check("--position", options.positions.size()); !checked) return checked;
  if (auto checked = check("--fit", options.fits.size()); !checked) return checked;
  return check("--quality", options.qualities.size());
}

Result<imagegen::ImageFormat> format_of(const std::string& output) {
  const auto format = imagegen::format_of_name(output);
  if (!format)
    return Error{Errc::invalid_argument, "-o " + output + ": expected a name ending in .webp, .jpg, .png or .avif"};
  if (!imagegen::can_encode(*format))
    return Error{Errc::unsupported, "-o " + output + ": this build cannot write that format"};
  return *format;
}

// Puts a parsed value into a field, or names the option in the error.
template <class Value, class Parsed>
Result<void> put(const char* option, Parsed parsed, Value& field) {
  if (!parsed) return in_context(parsed.error(), option);
  field = *parsed;
  return {};
}

Result<void> put_encoding(const RenderOptions& options, std::size_t index, imagegen::Encoding& encoding) {
  if (auto done = put("-o", format_of(options.outputs[index]), encoding.format); !done) return done;
  encoding.quality = nth(options.qualities, index, 90);
  encoding.effort = options.effort;
  encoding.lossless = options.lossless;
  encoding.near_lossless = options.near_lossless;
  encoding.alpha_quality = options.alpha_quality;
  encoding.target_bytes = options.target_bytes;
  encoding.progressive = options.progressive;
  encoding.optimise_coding = !options.no_optimise;
  encoding.compression_level = options.compression_level;
  encoding.palette = !options.no_palette;
  // One number for all outputs: those whose format has no such depth keep theirs.
  const bool png = encoding.format == imagegen::ImageFormat::png;
  const bool deep = png ? options.bit_depth == 16 : options.bit_depth == 10 || options.bit_depth == 12;
  if (deep && (png || encoding.format == imagegen::ImageFormat::avif)) encoding.bit_depth = options.bit_depth;
  return put("--chroma", imagegen::parse_chroma_subsampling(options.chroma), encoding.chroma_subsampling);
}

Result<void> put_provenance(const RenderOptions& options, RenditionSpec& spec) {
  if (options.source.empty() && options.model.empty() && options.prompt_sha256.empty()) return {};
  imagegen::Provenance provenance;
  if (!options.source.empty()) {
    if (auto done = put("--source", imagegen::parse_digital_source_type(options.source), provenance.source); !done)
      return done;
  }
  provenance.model = options.model;
  provenance.prompt_sha256 = options.prompt_sha256;
  spec.provenance = provenance;
  return {};
}

Result<void> put_fit(const RenderOptions& options, std::size_t index, RenditionSpec& spec) {
  const auto& size = nth(options.sizes, index, std::string());
  if (auto done = put("--size", imagegen::parse_pixel_size(size), spec.size); !done) return done;
  const auto position = nth(options.positions, index, std::string("centre"));
  if (auto done = put("--position", imagegen::parse_crop_position(position), spec.position); !done) return done;
  if (auto done = put("--fit", imagegen::parse_fit(nth(options.fits, index, std::string("cover"))), spec.fit); !done)
    return done;
  if (options.background.empty()) return {};
  return put("--background", imagegen::parse_colour(options.background), spec.background);
}

Result<RenditionSpec> spec_of(const RenderOptions& options, std::size_t index) {
  RenditionSpec spec;
  if (auto done = put_fit(options, index, spec); !done) return done.error();
  if (auto done = put_encoding(options, index, spec.encoding); !done) return done.error();
  if (auto done = put_provenance(options, spec); !done) return done.error();
  const auto kernel = imagegen::parse_resize_kernel(options.kernel);
  if (auto done = put("--kernel", kernel, spec.resize.kernel); !done) return done.error();
  const auto enlarge = imagegen::parse_resize_kernel(options.enlarge_kernel);
  if (auto done = put("--enlarge-kernel", enlarge, spec.resize.enlarge_kernel); !done) return done.error();
  spec.resize.linear_light = options.linear;
  spec.allow_upscale = !options.no_upscale;
  spec.flatten = options.flatten;
  spec.blur_sigma = options.blur;
  return spec;
}

void add_fit_options(CLI::App& command, RenderOptions& options) {
  command.add_option("--size", options.sizes, "WIDTHxHEIGHT, once for all or once per output")
      ->required()
      ->allow_extra_args(false);
  command.add_option("--fit", options.fits, "cover (default), contain, fill, inside or outside")
      ->allow_extra_args(false);
  command
      .add_option("--position", options.positions, "centre, north ... north-west, attention, entropy, or x,y in [0, 1]")
      ->allow_extra_args(false);
  command.add_flag("--no-upscale", options.no_upscale, "Make the output smaller instead of enlarging");
  command.add_option(
      "--background", options.background,
      "Colour behind transparency and around a contained picture: #rgb, #rrggbb, #rrggbbaa, white, black");
  command.add_flag("--flatten", options.flatten, "Put transparent pixels onto the background");
  command.add_option("--kernel", options.kernel, "nearest, linear, cubic, mitchell, lanczos2, lanczos3 (default)");
  command.add_option("--enlarge-kernel", options.enlarge_kernel, "The same, where the picture grows");
  command.add_flag("--linear", options.linear, "Resize in linear light");
  command.add_option("--blur", options.blur, "Sigma of a Gaussian blur, 0.3..100 px");
}

void add_encoding_options(CLI::App& command, RenderOptions& options) {
  command.add_option("--quality", options.qualities, "0..100 (default 90)")
      ->check(CLI::Range(0, 100))
      ->allow_extra_args(false);
  command.add_option("--effort", options.effort, "0 (fast) .. 6 (small) for WebP, .. 9 for AVIF (default 4)")
      ->check(CLI::Range(0, 9));
  command.add_flag("--lossless", options.lossless, "WebP, AVIF");
  command.add_flag("--near-lossless", options.near_lossless,
                   "WebP: lossless after a little smoothing; --quality says how");
  command.add_option("--alpha-quality", options.alpha_quality, "WebP, 0..100 (default 100)")->check(CLI::Range(0, 100));
  command.add_option("--target-bytes", options.target_bytes, "WebP: seek the quality that gives this size");
  command.add_option("--chroma", options.chroma, "JPEG, AVIF: automatic (default), 4:2:0 or 4:4:4");
  command.add_flag("--progressive", options.progressive, "JPEG in scans, PNG interlaced");
  command.add_flag("--no-optimise", options.no_optimise, "JPEG with standard Huffman tables: faster, larger");
  command.add_option("--compression-level", options.compression_level, "PNG, 0..9 (default 4)")
      ->check(CLI::Range(0, 9));
  command.add_flag("--no-palette", options.no_palette, "PNG: no palette even where it loses nothing");
  command.add_option("--bit-depth", options.bit_depth, "8 (default), 16 for PNG, 10 or 12 for AVIF")
      ->check(CLI::IsMember({8, 10, 12, 16}));
}

}  // namespace

void add_render_options(CLI::App& command, RenderOptions& options) {
  command.add_option("IN", options.input, "PNG, JPEG, WebP or AVIF")->required();
  add_fit_options(command, options);
  add_encoding_options(command, options);
  command.add_option("--source", options.source,
                     "Write where the picture comes from: an IPTC DigitalSourceType, as trainedAlgorithmicMedia");
  command.add_option("--model", options.model,
                     "Write the model that made it; implies --source trainedAlgorithmicMedia");
  command.add_option("--prompt-sha256", options.prompt_sha256, "Write the SHA-256 of its prompt; likewise");
  command.add_option("--threads", options.threads, "Threads (default: one per core)")->check(CLI::Range(1, 256));
  command.add_option("-o,--output", options.outputs, "File to write; its extension is the format")
      ->required()
      ->allow_extra_args(false);
}

Result<std::vector<RenditionSpec>> specs_of(const RenderOptions& options) {
  if (const auto checked = check_counts(options); !checked) return checked.error();
  std::vector<RenditionSpec> specs;
  for (std::size_t i = 0; i < options.outputs.size(); ++i) {
    auto spec = spec_of(options, i);
    if (!spec) return spec.error();
    specs.push_back(std::move(*spec));
  }
  return specs;
}

}  // namespace cli
