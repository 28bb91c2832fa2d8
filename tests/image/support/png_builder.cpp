#include "image/support/png_builder.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace imagegen::test {
namespace {

void append_be32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
}

}  // namespace

Bytes deflated(ByteView data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  Bytes out(size);
  compress(out.data(), &size, data.data(), static_cast<uLong>(data.size()));
  out.resize(size);
  return out;
}

namespace {

int channels_of(int colour_type) {
  constexpr std::array kChannels = {1, 0, 3, 1, 2, 0, 4};
  return kChannels[static_cast<std::size_t>(colour_type)];
}

// Every pixel of every `step.width`-th column and `step.height`-th row from `start`, packed, filter type 0.
void append_pass(const PngSpec& spec, PixelSize start, PixelSize step, Bytes& out) {
  const int channels = channels_of(spec.colour_type);
  if (start.width >= spec.size.width) return;
  for (int y = start.height; y < spec.size.height; y += step.height) {
    out.push_back(0);
    int bits_left = 0;
    for (int x = start.width; x < spec.size.width; x += step.width) {
      for (int c = 0; c < channels; ++c) {
        const auto sample = spec.samples[static_cast<std::size_t>((y * spec.size.width + x) * channels + c)];
        if (spec.bit_depth == 16) out.push_back(static_cast<std::uint8_t>(sample >> 8U));
        if (bits_left == 0) {
          out.push_back(0);
          bits_left = 8;
        }
        bits_left -= spec.bit_depth == 16 ? 8 : spec.bit_depth;
        out.back() = static_cast<std::uint8_t>(out.back() | (sample << bits_left));
      }
    }
  }
}

// PNG specification, third edition, 9.4.
int paeth(int left, int above, int corner) {
  const int guess = left + above - corner;
  const int to_left = std::abs(guess - left), to_above = std::abs(guess - above), to_corner = std::abs(guess - corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

int prediction(int filter, int left, int above, int corner) {
  const int predictions[] = {0, left, above, (left + above) / 2, paeth(left, above, corner), 0};
  return predictions[filter];
}

// Rows of which each has filter 0 to rows with the filters of the spec.
void apply_filters(const PngSpec& spec, Bytes& data) {
  const Bytes plain = data;
  const std::size_t stride = data.size() / static_cast<std::size_t>(spec.size.height);
  const auto step = static_cast<std::size_t>(std::max(channels_of(spec.colour_type) * spec.bit_depth / 8, 1));
  for (std::size_t y = 0; y < static_cast<std::size_t>(spec.size.height); ++y) {
    const int filter = spec.filters[y % spec.filters.size()];
    const std::size_t row = y * stride;
    data[row] = static_cast<std::uint8_t>(filter);
    for (std::size_t i = 1; i < stride; ++i) {
      const int left = i > step ? plain[row + i - step] : 0;
      const int above = y > 0 ? plain[row - stride + i] : 0;
      const int corner = i > step && y > 0 ? plain[row - stride + i - step] : 0;
      data[row + i] = static_cast<std::uint8_t>(plain[row + i] - prediction(filter, left, above, corner));
    }
  }
}

Bytes pixel_data(const PngSpec& spec) {
  Bytes data;
  if (!spec.interlaced) {
    append_pass(spec, {0, 0}, {1, 1}, data);
    if (!spec.filters.empty()) apply_filters(spec, data);
    return data;
  }
  constexpr std::array<std::array<int, 4>, 7> kAdam7 = {
      {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
  for (const auto& pass : kAdam7) append_pass(spec, {pass[0], pass[1]}, {pass[2], pass[3]}, data);
  return data;
}

Bytes header_data(std::uint32_t width, std::uint32_t height, int depth, int colour, bool interlaced) {
  Bytes data;
  append_be32(data, width);
  append_be32(data, height);
  for (const int value : {depth, colour, 0, 0, interlaced ? 1 : 0}) data.push_back(static_cast<std::uint8_t>(value));
  return data;
}

Bytes icc_data(const Bytes& profile) {
  Bytes data = to_bytes(std::string_view("icc\0\0", 5));
  const Bytes packed = deflated(profile);
  data.insert(data.end(), packed.begin(), packed.end());
  return data;
}

}  // namespace

void append_png_chunk(Bytes& file, std::string_view type, ByteView data) {
  append_be32(file, static_cast<std::uint32_t>(data.size()));
  const std::size_t checked = file.size();
  file.insert(file.end(), type.begin(), type.end());
  file.insert(file.end(), data.begin(), data.end());
  append_be32(file, static_cast<std::uint32_t>(crc32(0, &file[checked], static_cast<uInt>(file.size() - checked))));
}

namespace {

void append_pixels(Bytes& file, ByteView deflated, std::size_t piece) {
  if (piece == 0) piece = deflated.size();
  for (std::size_t at = 0; at < deflated.size(); at += piece) {
    append_png_chunk(file, "IDAT", deflated.subspan(at, std::min(piece, deflated.size() - at)));
  }
}

}  // namespace

Bytes build_png(const PngSpec& spec) {
  Bytes file = to_bytes("\x89PNG\r\n\x1A\n");
  append_png_chunk(
      file, "IHDR",
      header_data(static_cast<std::uint32_t>(spec.size.width), static_cast<std::uint32_t>(spec.size.height),
                  spec.bit_depth, spec.colour_type, spec.interlaced));
  if (spec.animation_control) append_png_chunk(file, "acTL", Bytes{0, 0, 0, 1, 0, 0, 0, 0});
  if (!spec.icc.empty()) append_png_chunk(file, "iCCP", icc_data(spec.icc));
  for (const auto& [name, data] : spec.chunks) append_png_chunk(file, name, data);
  if (!spec.palette.empty()) append_png_chunk(file, "PLTE", spec.palette);
  if (!spec.transparency.empty()) append_png_chunk(file, "tRNS", spec.transparency);
  if (!spec.exif.empty()) append_png_chunk(file, "eXIf", spec.exif);
  append_pixels(file, deflated(pixel_data(spec)), spec.idat_bytes);
  append_png_chunk(file, "IEND", {});
  return file;
}

std::vector<std::uint16_t> ramp(std::size_t count, int bit_depth, unsigned step) {
  std::vector<std::uint16_t> samples(count);
  const unsigned most = (1U << static_cast<unsigned>(bit_depth)) - 1U;
  for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<std::uint16_t>(i * step & most);
  return samples;
}

Bytes png_header_claiming(std::uint32_t width, std::uint32_t height) {
  Bytes file = to_bytes("\x89PNG\r\n\x1A\n");
  append_png_chunk(file, "IHDR", header_data(width, height, 8, 2, false));
  append_png_chunk(file, "IDAT", deflated(Bytes(100)));
  append_png_chunk(file, "IEND", {});
  return file;
}

}  // namespace imagegen::test
