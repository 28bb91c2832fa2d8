#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include "image/support/gif_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::build_gif;
using test::FailsSaying;
using test::FailsWith;
using test::GifSpec;
using test::pixel_at;
using testing::ElementsAre;
using testing::HasSubstr;

Bytes many_colours() {
  Bytes colours;
  for (int i = 0; i < 256; ++i) {
    for (const int part : {i, 255 - i, i * 7}) colours.push_back(static_cast<std::uint8_t>(part));
  }
  return colours;
}

Bytes numbers(int count) {
  Bytes out;
  for (int i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(i * 5 + i / 37));
  return out;
}

GifSpec usual(PixelSize size) {
  return {size, many_colours(), {{{0, 0, size.width, size.height}, numbers(size.width * size.height)}}};
}

// The PNG of the same palette.
Bitmap png_twin(const GifSpec& spec) {
  const auto& frame = spec.frames.front();
  test::PngSpec png{spec.canvas, 8, 3, {frame.numbers.begin(), frame.numbers.end()}};
  png.palette = frame.colours.empty() ? spec.colours : frame.colours;
  if (frame.transparent) {
    png.transparency = Bytes(std::size_t{*frame.transparent} + 1, 255);
    png.transparency.back() = 0;
  }
  return decode_image(build_png(png)).value();
}

TEST(DecodeGif, IsWhatThePngOfTheSamePaletteIs) {
  for (const PixelSize size : {PixelSize{37, 23}, PixelSize{1, 1}, PixelSize{300, 2}, PixelSize{2, 300}}) {
    for (const bool interlaced : {false, true}) {
      auto spec = usual(size);
      spec.frames[0].interlaced = interlaced;
      const auto picture = decode_image(build_gif(spec));
      ASSERT_THAT(picture, test::IsOk()) << to_string(size);
      EXPECT_EQ(picture->channels, 3);
      EXPECT_EQ(picture->pixels, png_twin(spec).pixels) << to_string(size) << interlaced;
    }
  }
}

TEST(DecodeGif, PrefersThePaletteOfTheFrame) {
  auto spec = usual({16, 16});
  Bytes own = many_colours();
  std::reverse(own.begin(), own.end());
  spec.frames[0].colours = own;
  EXPECT_EQ(decode_image(build_gif(spec)).value().pixels, png_twin(spec).pixels);
  spec.colours.clear();
  EXPECT_EQ(decode_image(build_gif(spec)).value().pixels, png_twin(spec).pixels);
}

TEST(DecodeGif, LeavesTheTransparentColourOut) {
  auto spec = usual({16, 16});
  spec.frames[0].transparent = 5;
  const auto picture = decode_image(build_gif(spec)).value();
  ASSERT_EQ(picture.channels, 4);
  EXPECT_EQ(pixel_at(picture, 1, 0)[3], 0);
  EXPECT_THAT(pixel_at(picture, 2, 0), ElementsAre(10, 245, 70, 255));
}

TEST(DecodeGif, PutsASmallFrameOntoAnEmptyCanvas) {
  const GifSpec spec{{8, 6}, many_colours(), {{{3, 2, 2, 2}, {1, 2, 3, 4}}}};
  const auto picture = decode_image(build_gif(spec)).value();
  ASSERT_EQ(picture.size, (PixelSize{8, 6}));
  ASSERT_EQ(picture.channels, 4);
  EXPECT_THAT(pixel_at(picture, 0, 0), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(pixel_at(picture, 4, 3), ElementsAre(4, 251, 28, 255));
}

TEST(DecodeGif, GivesAFrameThatLeavesTheCanvasItsRoom) {
  const GifSpec spec{{1, 1}, many_colours(), {{{0, 0, 2, 2}, {1, 2, 3, 4}}}};
  EXPECT_EQ(decode_image(build_gif(spec)).value().size, (PixelSize{2, 2}));
}

TEST(DecodeGif, UsesTheFirstFrameAndSaysSo) {
  auto spec = usual({16, 16});
  const auto alone = decode_image(build_gif(spec)).value();
  spec.frames.push_back({{0, 0, 4, 4}, Bytes(16)});
  spec.frames.push_back({{0, 0, 4, 4}, Bytes(16)});
  const Bytes file = build_gif(spec);
  const auto info = inspect_image(file).value();
  EXPECT_EQ(info.format, ImageFormat::gif);
  EXPECT_EQ(info.colour, "palette");
  EXPECT_EQ(info.frames, 3);
  EXPECT_THAT(info.notes, ElementsAre(HasSubstr("animation of 3 frames")));
  EXPECT_EQ(decode_image(file).value().pixels, alone.pixels);
}

TEST(DecodeGif, RefusesAFileThatEndsInItsPixels) {
  const Bytes whole = build_gif(usual({40, 30}));
  for (std::size_t size = 6; size + 2 < whole.size(); size += size < 20 ? 1 : 97) {
    EXPECT_THAT(decode_image(ByteView(whole).first(size)), FailsWith(Errc::corrupt_data)) << size;
  }
}

TEST(DecodeGif, RefusesAFrameWithoutColours) {
  auto spec = usual({4, 4});
  spec.colours.clear();
  EXPECT_THAT(decode_image(build_gif(spec)), FailsSaying(Errc::corrupt_data, HasSubstr("no colours")));
}

TEST(DecodeGif, RefusesWhatIsLargerThanTheLimits) {
  Bytes file = build_gif(usual({4, 4}));
  std::fill_n(file.begin() + 6, 4, std::uint8_t{0xFF});
  EXPECT_THAT(inspect_image(file), FailsWith(Errc::limit_exceeded));
}

TEST(DecodeGif, MakesRenditions) {
  const auto made = test::rendered_file(build_gif(usual({40, 30})), {{8, 6}, {}, {ImageFormat::webp, 80}});
  EXPECT_EQ(inspect_image(made).value().size, (PixelSize{8, 6}));
}

TEST(EncodeGif, IsRefusedWithWhatCanBeWritten) {
  EXPECT_FALSE(can_encode(ImageFormat::gif));
  EXPECT_TRUE(can_decode(ImageFormat::gif));
  EXPECT_THAT(encode_image(test::solid({2, 2}, 3, {}), {ImageFormat::gif}),
              FailsSaying(Errc::unsupported, HasSubstr("cannot write gif: this build writes webp, jpeg, png")));
}

}  // namespace
}  // namespace imagegen
