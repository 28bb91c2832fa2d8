#include <imagegen/core/encoding.hpp>
#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace imagegen {
namespace {

struct FormatNames {
  std::string_view word;
  ImageFormat format;
};
constexpr std::array kWords = {FormatNames{"webp", ImageFormat::webp}, FormatNames{"jpeg", ImageFormat::jpeg},
                               FormatNames{"jpg", ImageFormat::jpeg}, FormatNames{"png", ImageFormat::png},
                               FormatNames{"avif", ImageFormat::avif}};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<ImageFormat> format_of_word(std::string_view text) noexcept {
  for (const auto& candidate : kWords) {
    if (equal_ignoring_case(candidate.word, text)) return candidate.format;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::webp:
      return "webp";
    case ImageFormat::jpeg:
      return "jpeg";
    case ImageFormat::png:
      return "png";
    case ImageFormat::avif:
      return "avif";
    case ImageFormat::gif:
      return "gif";
  }
  return "webp";
}

int default_quality(ImageFormat format) noexcept {
  constexpr int kOfAvif = 78;  // by benchmarks/quality: nearest to the SSIM of WebP 90
  return format == ImageFormat::avif ? kOfAvif : 90;
}

int quality_of(const Encoding& encoding) noexcept {
  return encoding.quality.value_or(default_quality(encoding.format));
}

std::string_view mime_type(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::webp:
      return "image/webp";
    case ImageFormat::jpeg:
      return "image/jpeg";
    case ImageFormat::png:
      return "image/png";
    case ImageFormat::avif:
      return "image/avif";
    case ImageFormat::gif:
      return "image/gif";
  }
  return "image/webp";
}

Result<ImageFormat> parse_image_format(std::string_view text) {
  if (const auto format = format_of_word(text)) return *format;
  return Error{Errc::invalid_argument,
               "expected webp, jpeg, png or avif, got " + in_quotes(text, 64)};
}

std::optional<ImageFormat> format_of_name(std::string_view name) noexcept {
  const auto slash = name.rfind('/');
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return std::nullopt;
  return format_of_word(name.substr(dot + 1));
}

std::string_view to_string(ChromaSubsampling subsampling) noexcept {
  if (subsampling == ChromaSubsampling::yuv420) return "4:2:0";
  return subsampling == ChromaSubsampling::yuv444 ? "4:4:4" : "automatic";
}

Result<ChromaSubsampling> parse_chroma_subsampling(std::string_view text) {
  for (const auto known : {ChromaSubsampling::automatic, ChromaSubsampling::yuv420, ChromaSubsampling::yuv444}) {
    if (to_string(known) == text) return known;
  }
  return Error{Errc::invalid_argument,
               "expected automatic, 4:2:0 or 4:4:4, got " + in_quotes(text, 64)};
}

}  // namespace imagegen
