#include "image/encoders.hpp"

namespace imagegen::detail {
namespace {

struct Setting {
  const char* name;
  bool is_given, has_use;
};

}  // namespace

void note_unused(const Encoding& encoding, std::vector<std::string>& notes) {
  const Encoding plain;
  const auto format = encoding.format;
  const bool webp = format == ImageFormat::webp, jpeg = format == ImageFormat::jpeg, png = format == ImageFormat::png,
             avif = format == ImageFormat::avif;
  const bool exact = !jpeg && !png && (encoding.lossless || (webp && encoding.near_lossless));
  const Setting settings[] = {
      {"effort", encoding.effort != plain.effort, webp || avif},
      {"lossless", encoding.lossless, !jpeg},
      {"near_lossless", encoding.near_lossless, webp},
      {"alpha_quality", encoding.alpha_quality != plain.alpha_quality, webp && !exact},
      {"target_bytes", encoding.target_bytes > 0, webp && !exact},
      {"chroma_subsampling", encoding.chroma_subsampling != plain.chroma_subsampling, jpeg || (avif && !exact)},
      {"progressive", encoding.progressive, jpeg || png},
      {"optimise_coding", !encoding.optimise_coding, jpeg},
      {"compression_level", encoding.compression_level != plain.compression_level, png},
      {"palette", !encoding.palette, png},
      {"colours", encoding.colours > 0, png},
      {"dither", encoding.dither != plain.dither, png && encoding.colours > 0}};
  const auto name_of_format = std::string(exact ? "lossless " : "").append(to_string(format));
  for (const auto& [name, is_given, has_use] : settings)
    if (is_given && !has_use) notes.push_back(std::string(name) + ": " + name_of_format + " has no use for it");
}

}  // namespace imagegen::detail
