// Sixteen bits from file to file.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <set>

#include "image/raw_picture.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::build_png;
using test::PngSpec;

RenditionSpec png_of(PixelSize size, int bit_depth) {
  RenditionSpec spec{size, {}, {ImageFormat::png}};
  spec.encoding.bit_depth = bit_depth;
  return spec;
}

std::vector<std::uint16_t> deep_samples(const Bytes& file) {
  const auto header = detail::read_png_header(file, {}).value();
  auto raw = detail::decode_png(file, header, detail::Stop()).value();
  EXPECT_EQ(raw.bits, 16);
  return std::move(raw.deep_samples);
}

// A ramp of three colours that meets far more shades than 8 bits have.
PngSpec gradient(PixelSize size) {
  PngSpec spec{size, 16, 2, {}};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto shade = static_cast<std::uint16_t>(20'000 + 7 * x + 3 * y);
      spec.samples.insert(spec.samples.end(), {shade, static_cast<std::uint16_t>(65'535 - shade), 30'000});
    }
  }
  return spec;
}

TEST(DeepPng, IsExactAtItsOwnSize) {
  for (const int colour_type : {0, 2, 4, 6}) {
    const int channels = colour_type == 0 ? 1 : colour_type == 4 ? 2 : colour_type == 2 ? 3 : 4;
    PngSpec spec{{40, 30}, 16, colour_type, test::ramp(static_cast<std::size_t>(1200 * channels), 16, 9973)};
    for (std::size_t i = 0; i < spec.samples.size(); ++i) {
      const bool is_alpha =
          channels % 2 == 0 && i % static_cast<std::size_t>(channels) + 1 == static_cast<std::size_t>(channels);
      if (is_alpha) spec.samples[i] |= 0x4000U;  // colours are not kept where nobody sees them
    }
    const Bytes out = test::rendered_file(build_png(spec), png_of(spec.size, 16));
    const auto found = deep_samples(out);
    const std::size_t out_channels =
        channels < 3 ? static_cast<std::size_t>(channels) + 2 : static_cast<std::size_t>(channels);
    ASSERT_EQ(found.size(), 1200 * out_channels);
    for (std::size_t i = 0; i < 1200; ++i) {
      for (std::size_t c = 0; c < out_channels; ++c) {
        const std::size_t from = channels >= 3 ? c : c < 3 ? 0 : 1;
        ASSERT_EQ(found[i * out_channels + c], spec.samples[i * static_cast<std::size_t>(channels) + from])
            << "colour type " << colour_type << ", pixel " << i << ", channel " << c;
      }
    }
  }
}

TEST(DeepPng, HasMoreShadesThanEightBitsWhenResized) {
  const auto spec = gradient({300, 40});
  const auto found = deep_samples(test::rendered_file(build_png(spec), png_of({200, 27}, 16)));
  std::set<std::uint16_t> shades;
  for (std::size_t i = 0; i < found.size(); i += 3) shades.insert(found[i]);
  EXPECT_GT(shades.size(), 512U);
}

TEST(DeepPng, BecomesEightBitsWhereThoseAreAsked) {
  const Bytes file = build_png(gradient({60, 40}));
  for (const PixelSize size : {PixelSize{60, 40}, PixelSize{30, 20}}) {
    const Bytes out = test::rendered_file(file, png_of(size, 8));
    EXPECT_LE(inspect_image(out).value().bits_per_channel, 8) << "fewer for a palette";
  }
  const auto rounded = decode_image(test::rendered_file(file, png_of({60, 40}, 8))).value();
  EXPECT_EQ(rounded.pixels, decode_image(file).value().pixels);
}

TEST(DeepPng, OfEightBitsRepeatsThem) {
  const auto photo = test::photo_like({31, 17}, 4);
  Encoding encoding{ImageFormat::png};
  encoding.bit_depth = 16;
  const Bytes out = encode_image(photo, encoding).value();
  EXPECT_EQ(inspect_image(out).value().bits_per_channel, 16);
  const auto found = deep_samples(out);
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], photo.pixels[i] * 257);
}

TEST(DeepPng, MakesFilesOfEveryFormat) {
  const Bytes file = build_png(gradient({60, 40}));
  const auto expected = decode_image(file).value();
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::avif}) {
    if (!can_encode(format)) continue;
    const Bytes out = test::rendered_file(file, {{60, 40}, {}, {format, 95}});
    EXPECT_GT(test::psnr(decode_image(out).value(), expected), 38.0) << to_string(format);
  }
}

TEST(DeepPng, KeepsSixteenBitsOnACanvas) {
  auto spec = png_of({60, 60}, 16);
  spec.fit = Fit::contain;
  spec.background = Colour{255, 0, 0, 255};
  const auto source = gradient({60, 40});
  const auto found = deep_samples(test::rendered_file(build_png(source), spec));
  EXPECT_EQ(found[0], 65'535);
  EXPECT_EQ(found[1], 0);
  const std::size_t inside = 3U * (60U * 10U);
  EXPECT_EQ(found[inside], source.samples[0]);
  EXPECT_EQ(found[inside + 1], source.samples[1]);
}

TEST(DeepPng, IsFlattenedInSixteenBits) {
  PngSpec source{{8, 8}, 16, 6, {}};
  for (int i = 0; i < 64; ++i) source.samples.insert(source.samples.end(), {10'000, 20'001, 65'535, 32'768});
  auto spec = png_of({8, 8}, 16);
  spec.flatten = true;
  spec.background = Colour{0, 0, 0, 255};
  const auto found = deep_samples(test::rendered_file(build_png(source), spec));
  ASSERT_EQ(found.size(), 64U * 3U);
  EXPECT_NEAR(found[0], 5000, 1);
  EXPECT_NEAR(found[1], 10'001, 1);
  EXPECT_NEAR(found[2], 32'768, 1);
}

}  // namespace
}  // namespace imagegen
