// Built only where AVIF is: files that libavif 0.11 reads wrong, or with words to the standard error.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <algorithm>
#include <random>
#include <string_view>

#include "image/support/avif_grid_builder.hpp"
#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::AvifGridSpec;
using test::FailsSaying;
using test::pixel_at;
using testing::HasSubstr;

constexpr PixelSize kTile{64, 64};

Bytes tile(test::Pixel colour) {
  return build_avif(test::avif_spec_of(test::solid(kTile, 3, colour)));
}

AvifGridSpec three_tiles() {
  return {{tile({200, 0, 0}), tile({0, 200, 0}), tile({0, 0, 200})}, {}, kTile};
}

void replace_all(Bytes& file, std::string_view from, std::string_view to) {
  ASSERT_EQ(from.size(), to.size());
  auto at = file.begin();
  while ((at = std::search(at, file.end(), from.begin(), from.end())) != file.end()) {
    at = std::copy(to.begin(), to.end(), at);
  }
}

TEST(AvifGrid, ShowsItsTilesInOrder) {
  const auto picture = decode_image(build_avif_grid(three_tiles()));
  ASSERT_THAT(picture, test::IsOk());
  ASSERT_EQ(picture->size, (PixelSize{192, 64}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pixel_at(*picture, 64 * i + 5, 5)[static_cast<std::size_t>(i)], 200) << i;
}

TEST(AvifGrid, WhoseItemsStandInAnotherOrderIsRightOrRefused) {
  auto spec = three_tiles();
  spec.reversed = true;
  const auto picture = decode_image(build_avif_grid(spec));
  if (picture) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(pixel_at(*picture, 64 * i + 5, 5)[static_cast<std::size_t>(i)], 200) << i;
  } else {
    EXPECT_THAT(picture, FailsSaying(Errc::unsupported, HasSubstr("order")));
    EXPECT_THAT(inspect_image(build_avif_grid(spec)), FailsSaying(Errc::unsupported, HasSubstr("order")));
  }
}

TEST(AvifGrid, WithAlphaByTileIsRightOrRefused) {
  auto spec = three_tiles();
  spec.tile_alpha = {tile({80, 80, 80}), tile({80, 80, 80}), tile({80, 80, 80})};
  const auto picture = decode_image(build_avif_grid(spec));
  if (picture) {
    EXPECT_EQ(picture->channels, 4);
  } else {
    EXPECT_THAT(picture, FailsSaying(Errc::unsupported, HasSubstr("alpha one by one")));
  }
}

constexpr std::string_view kAlphaKind = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
constexpr std::string_view kDepthKind = "urn:mpeg:mpegB:cicp:systems:auxiliary:depth";

TEST(AvifAuxiliary, OfDepthIsNotAlpha) {
  Bytes file = build_avif(test::avif_spec_of(test::photo_like({32, 24}, 4)));
  ASSERT_EQ(decode_image(file).value().channels, 4);
  replace_all(file, kAlphaKind, kDepthKind);
  EXPECT_EQ(decode_image(file).value().channels, 3);
}

TEST(AvifAuxiliary, OfDepthInATrackIsRefused) {
  auto spec = test::avif_spec_of(test::photo_like({32, 24}, 4));
  spec.frames = 3;
  Bytes file = build_avif(spec);
  ASSERT_EQ(decode_image(file).value().channels, 4);
  replace_all(file, kAlphaKind, kDepthKind);
  EXPECT_THAT(decode_image(file), FailsSaying(Errc::unsupported, HasSubstr("depth")));
}

TEST(AvifSequence, WithoutItsFramesGivesTheStillPicture) {
  const auto photo = test::photo_like({32, 24}, 3);
  auto spec = test::avif_spec_of(photo);
  spec.frames = 3;
  Bytes file = build_avif(spec);
  const std::string_view name = "stco";
  const auto table = std::search(file.begin(), file.end(), name.begin(), name.end());
  ASSERT_NE(table, file.end());
  std::fill_n(table + 12, 4, std::uint8_t{0x7F});
  const auto info = inspect_image(file);
  ASSERT_THAT(info, test::IsOk());
  EXPECT_EQ(info->frames, 1);
  EXPECT_THAT(info->notes, testing::Contains(HasSubstr("animation is damaged")));
  EXPECT_EQ(decode_image(file).value().pixels, photo.pixels);
}

void decode_damaged() {
  const Bytes file = encode_image(test::photo_like({24, 17}, 4), {ImageFormat::avif, 40, 0}).value();
  std::mt19937 random(11);
  for (int round = 0; round < 600; ++round) {
    Bytes damaged = file;
    for (unsigned i = 0; i <= random() % 4; ++i) damaged[random() % file.size()] = static_cast<std::uint8_t>(random());
    static_cast<void>(decode_image(damaged));
  }
  std::exit(0);
}

// In a child process, of which the test reads the standard error.
TEST(AvifDeathTest, WritesNothingToTheStandardErrorOfItsHost) {
  EXPECT_EXIT(decode_damaged(), testing::ExitedWithCode(0), testing::Eq(""));
}

}  // namespace
}  // namespace imagegen
