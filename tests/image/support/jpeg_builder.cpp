#include "image/support/jpeg_builder.hpp"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <algorithm>
#include <string_view>

namespace imagegen::test {
namespace {

struct Colours {
  J_COLOR_SPACE in, stored;
  int components;
};

Colours colours_of(JpegSpec::Kind kind) {
  switch (kind) {
    case JpegSpec::Kind::grey:
      return {JCS_GRAYSCALE, JCS_GRAYSCALE, 1};
    case JpegSpec::Kind::rgb:
      return {JCS_RGB, JCS_RGB, 3};
    case JpegSpec::Kind::ycbcr:
      return {JCS_RGB, JCS_YCbCr, 3};
    case JpegSpec::Kind::cmyk:
      return {JCS_CMYK, JCS_CMYK, 4};
    case JpegSpec::Kind::ycck:
      break;
  }
  return {JCS_CMYK, JCS_YCCK, 4};
}

void write_marker(jpeg_compress_struct& codec, int marker, Bytes data) {
  jpeg_write_marker(&codec, JPEG_APP0 + marker, data.data(), static_cast<unsigned>(data.size()));
}

void write_icc(jpeg_compress_struct& codec, const JpegSpec& spec) {
  const std::size_t pieces = (spec.icc.size() + spec.icc_piece_bytes - 1) / spec.icc_piece_bytes;
  for (std::size_t i = 0; i < pieces; ++i) {
    Bytes data = to_bytes(std::string_view("ICC_PROFILE\0", 12));
    data.push_back(static_cast<std::uint8_t>(i + 1));
    data.push_back(static_cast<std::uint8_t>(pieces));
    const auto piece = ByteView(spec.icc).subspan(i * spec.icc_piece_bytes);
    data.insert(data.end(), piece.begin(),
                piece.begin() + static_cast<std::ptrdiff_t>(std::min(piece.size(), spec.icc_piece_bytes)));
    write_marker(codec, 2, data);
  }
}

void write_side_data(jpeg_compress_struct& codec, const JpegSpec& spec) {
  if (!spec.exif.empty()) {
    Bytes data = to_bytes(std::string_view("Exif\0\0", 6));
    data.insert(data.end(), spec.exif.begin(), spec.exif.end());
    write_marker(codec, 1, data);
  }
  write_icc(codec, spec);
}

void set_up(jpeg_compress_struct& codec, const JpegSpec& spec) {
  const Colours colours = colours_of(spec.kind);
  codec.image_width = static_cast<JDIMENSION>(spec.size.width);
  codec.image_height = static_cast<JDIMENSION>(spec.size.height);
  codec.input_components = colours.components;
  codec.in_color_space = colours.in;
  jpeg_set_defaults(&codec);
  jpeg_set_colorspace(&codec, colours.stored);
  jpeg_set_quality(&codec, spec.quality, TRUE);
  codec.comp_info[0].h_samp_factor = spec.sampling.width;
  codec.comp_info[0].v_samp_factor = spec.sampling.height;
  if (colours.components == 4) codec.comp_info[3].h_samp_factor = codec.comp_info[3].v_samp_factor = 1;
  if (!spec.adobe_marker) codec.write_Adobe_marker = FALSE;
  if (spec.progressive) jpeg_simple_progression(&codec);
}

}  // namespace

Bytes build_jpeg(const JpegSpec& spec) {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&codec, &data, &size);
  set_up(codec, spec);
  jpeg_start_compress(&codec, TRUE);
  write_side_data(codec, spec);
  const auto stride = static_cast<std::size_t>(spec.size.width) * static_cast<std::size_t>(codec.input_components);
  Bytes samples = spec.samples;
  while (codec.next_scanline < codec.image_height) {
    JSAMPROW row = &samples[codec.next_scanline * stride];
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  const Bytes file(data, data + size);
  std::free(data);
  return file;
}

Bytes exif_with_orientation(int orientation, bool big_endian) {
  const auto value = static_cast<std::uint8_t>(orientation);
  if (big_endian) {
    return {'M', 'M', 0, 42,   0,    0, 0, 8, 0, 2, 0x01, 0x0F, 0,     2, 0, 0, 0, 1, 'x',
            0,   0,   0, 0x01, 0x12, 0, 3, 0, 0, 0, 1,    0,    value, 0, 0, 0, 0, 0, 0};
  }
  return {'I', 'I', 42, 0,    8,    0, 0, 0, 2, 0, 0x0F, 0x01,  2, 0, 1, 0, 0, 0, 'x',
          0,   0,   0,  0x12, 0x01, 3, 0, 1, 0, 0, 0,    value, 0, 0, 0, 0, 0, 0, 0};
}

}  // namespace imagegen::test
