#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <random>

#include "image/support/gif_builder.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/profiles.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

struct FormatKind {
  const char* name;
  Bytes (*make)();
};

void PrintTo(const FormatKind& kind, std::ostream* out) {
  *out << kind.name;
}

Bytes png_file() {
  test::PngSpec spec{{9, 7}, 4, 3, test::ramp(63, 1)};
  spec.palette = {10, 20, 30, 40, 50, 60};
  spec.transparency = {128};
  spec.exif = test::exif_with_orientation(6, true);
  spec.icc = test::swapped_red_green_profile();
  spec.interlaced = true;
  return build_png(spec);
}

Bytes deep_png_file() {
  return test::build_png({{9, 7}, 16, 6, test::ramp(252, 16, 500)});
}

Bytes deep_interlaced_png_file() {
  test::PngSpec spec{{9, 7}, 16, 2, test::ramp(189, 16, 500)};
  spec.interlaced = true;
  return build_png(spec);
}

Bytes filtered_png_file() {
  test::PngSpec spec{{13, 11}, 8, 6, test::ramp(572, 8, 3)};
  spec.filters = {4, 1, 3, 2, 0};
  spec.idat_bytes = 50;
  return build_png(spec);
}

Bytes avif_file() {
  return encode_image(test::photo_like({24, 17}, 4), {ImageFormat::avif, 40, 0}).value();
}

Bytes jpeg_file() {
  const auto photo = test::photo_like({24, 17}, 3);
  test::JpegSpec spec{photo.size, test::JpegSpec::Kind::ycbcr, photo.pixels, 60};
  spec.exif = test::exif_with_orientation(5, false);
  return build_jpeg(spec);
}

Bytes progressive_cmyk_file() {
  const auto photo = test::photo_like({24, 17}, 4);
  test::JpegSpec spec{photo.size, test::JpegSpec::Kind::ycck, photo.pixels, 60};
  spec.progressive = true;
  return build_jpeg(spec);
}

Bytes lossy_webp_file() {
  const auto plain = encode_image(test::photo_like({24, 17}, 4), {}).value();
  return test::with_webp_chunk(plain, "EXIF", test::exif_with_orientation(7, true));
}

Bytes animated_webp_file() {
  const auto photo = test::photo_like({24, 16}, 3);
  return test::build_animated_webp({32, 32}, {photo, test::solid({32, 32}, 4, {1, 2, 3, 100})});
}

Bytes gif_file() {
  Bytes numbers;
  for (int i = 0; i < 24 * 17; ++i) numbers.push_back(static_cast<std::uint8_t>(i % 4));
  const Bytes colours = {1, 2, 3, 40, 50, 60, 70, 80, 90, 255, 255, 255};
  return test::build_gif({{26, 17}, colours, {{{1, 0, 24, 17}, numbers, colours, std::uint8_t{2}, true}}});
}

Bytes signalled_png_file() {
  test::PngSpec spec{{9, 7}, 16, 2, test::ramp(189, 16, 500)};
  spec.chunks = {{"cICP", {9, 16, 0, 1}}, {"gAMA", {0, 0, 0xB1, 0x8F}}, {"acTL", {0, 0, 0, 9, 0, 0, 0, 0}}};
  return build_png(spec);
}

// An error that says so, or a picture that is one; and the header agrees with it.
void expect_error_or_picture(ByteView file) {
  ImageLimits limits;
  limits.max_pixels = 1'000'000;  // a changed size must not make the test slow
  const auto picture = decode_image(file, limits);
  if (picture.has_error()) {
    const auto code = picture.error().code;
    ASSERT_TRUE(code == Errc::corrupt_data || code == Errc::unsupported || code == Errc::limit_exceeded)
        << picture.error();
    return;
  }
  const auto info = inspect_image(file, limits).value();
  ASSERT_EQ(picture->size, info.size);
  ASSERT_EQ(picture->channels, info.has_alpha ? 4 : 3);
  ASSERT_EQ(picture->pixels.size(), picture->stride_bytes() * static_cast<std::size_t>(picture->size.height));
}

class DamagedFile : public testing::TestWithParam<FormatKind> {};

TEST_P(DamagedFile, CutAtAnyByteIsAnErrorOrAPicture) {
  const Bytes file = GetParam().make();
  ASSERT_THAT(decode_image(file), test::IsOk());
  for (std::size_t size = 0; size < file.size(); ++size) {
    // A copy of its own, so that a read past the end is seen by the sanitizer.
    const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    SCOPED_TRACE(size);
    expect_error_or_picture(part);
  }
}

TEST_P(DamagedFile, WithBytesChangedIsAnErrorOrAPicture) {
  const Bytes file = GetParam().make();
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    Bytes damaged = file;
    for (unsigned i = 0; i <= random() % 4; ++i)
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    SCOPED_TRACE(round);
    expect_error_or_picture(damaged);
  }
}

std::vector<FormatKind> kinds() {
  std::vector<FormatKind> all = {{"png", png_file},
                           {"deep_png", deep_png_file},
                           {"deep_interlaced_png", deep_interlaced_png_file},
                           {"filtered_png", filtered_png_file},
                           {"signalled_png", signalled_png_file},
                           {"gif", gif_file},
                           {"jpeg", jpeg_file},
                           {"progressive_cmyk_jpeg", progressive_cmyk_file},
                           {"lossy_webp", lossy_webp_file},
                           {"animated_webp", animated_webp_file}};
  if (can_encode(ImageFormat::avif)) all.push_back({"avif", avif_file});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Kinds, DamagedFile, testing::ValuesIn(kinds()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace imagegen
