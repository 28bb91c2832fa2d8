#include <imagegen/core/digest.hpp>
#include <imagegen/provider/placeholder.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "draw/pixels.hpp"

namespace imagegen {
namespace {

constexpr std::string_view kPrompt =
    "A photorealistic lifestyle image for a greeting card titled \"Wild Meadow Birthday\".";

std::string sum_of(const Bitmap& picture) {
  return to_hex(sha256(picture.pixels));
}

Bytes part_of(const Bitmap& picture, PixelRect part) {
  Bytes pixels;
  for (int y = part.y; y < part.y + part.height; ++y) {
    const auto* row = picture.row(y) + std::ptrdiff_t{3} * part.x;
    pixels.insert(pixels.end(), row, row + std::ptrdiff_t{3} * part.width);
  }
  return pixels;
}

Sha256 sum_of_part(const Bitmap& picture, PixelRect part) {
  return sha256(part_of(picture, part));
}

// Pictures must not depend on the machine, and a kept master must not change under a user. After a change that means to
// alter the picture, look at it and put the new sums here.
TEST(Placeholder, IsTheSameBytesEverywhere) {
  EXPECT_EQ(sum_of(draw_placeholder(kPrompt, {1536, 1024}, 0)),
            "eca66cd54b1175216c0976062b7dc26ed8f5ed7bbf55f15a73613241e96aa6c5");
  EXPECT_EQ(sum_of(draw_placeholder(kPrompt, {1024, 1536}, 1)),
            "d623a7c2584d86d231ce12083b5f8758ba5db172aac342d426718add5cfe6d08");
  EXPECT_EQ(sum_of(draw_placeholder("Une carte de vœux", {1920, 1008}, 42)),
            "ff436d4b5772ac296f2a4042a39beba008b87d0fa08405e10d73091c6f4d52f9");
  EXPECT_EQ(sum_of(draw_placeholder("", {61, 47}, 18'446'744'073'709'551'615U)),
            "91d363c5978359fa0998251a78af8824ec25971bc0c86312ffbf2e80d1e62af4");
}

TEST(Placeholder, DependsOnPromptSeedAndSize) {
  std::set<std::string> sums{sum_of(draw_placeholder("a", {300, 200}, 1)), sum_of(draw_placeholder("b", {300, 200}, 1)),
                             sum_of(draw_placeholder("a", {300, 200}, 2)),
                             sum_of(draw_placeholder("a", {200, 300}, 1))};
  EXPECT_EQ(sums.size(), 4U);
}

TEST(Placeholder, DiffersFromSeedToSeedAlsoWhereNoCaptionIs) {
  std::set<Sha256> seen;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto picture = draw_placeholder(kPrompt, {768, 512}, seed);
    EXPECT_TRUE(seen.insert(sum_of_part(picture, {100, 60, 568, 230})).second) << seed;
  }
}

TEST(Placeholder, LooksDifferentInEachNinth) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto picture = draw_placeholder(kPrompt, {1536, 1023}, seed);
    std::set<Sha256> seen;
    for (int i = 0; i < 9; ++i) seen.insert(sum_of_part(picture, {512 * (i % 3), 341 * (i / 3), 512, 341}));
    EXPECT_EQ(seen.size(), 9U) << seed;
  }
}

TEST(Placeholder, ShowsInEveryUsualCropWhereItWasTaken) {
  // The same crop, moved by a few px in any direction, is another picture: there are marks wherever one looks.
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const auto picture = draw_placeholder(kPrompt, {1536, 1024}, seed);
    const auto taken = part_of(picture, {358, 192, 600, 500});
    for (const auto& [dx, dy] :
         {std::array{1, 0}, std::array{0, 1}, std::array{-1, 0}, std::array{0, -1}, std::array{100, 100}}) {
      EXPECT_NE(part_of(picture, {358 + dx, 192 + dy, 600, 500}), taken) << dx << "," << dy;
    }
  }
}

TEST(Placeholder, HasACornerOfItsOwnColourAtEachCorner) {
  const auto picture = draw_placeholder(kPrompt, {900, 600}, 3);
  EXPECT_EQ(test::pixel(picture, 0, 0), (Rgb{229, 83, 83}));
  EXPECT_EQ(test::pixel(picture, 899, 0), (Rgb{242, 178, 51}));
  EXPECT_EQ(test::pixel(picture, 0, 599), (Rgb{66, 153, 225}));
  EXPECT_EQ(test::pixel(picture, 899, 599), (Rgb{72, 187, 120}));
}

TEST(Placeholder, FitsEverySize) {
  for (const int width : {1, 2, 3, 16, 17, 40, 120, 300, 8192}) {
    for (const int height : {1, 2, 16, 33, 90, 300}) {
      EXPECT_EQ(draw_placeholder(kPrompt, {width, height}, 7).size, (PixelSize{width, height}));
    }
  }
}

TEST(Placeholder, DrawsAnyPrompt) {
  for (const std::string& prompt : {std::string(), std::string(32'000, 'w'), std::string(5'000, '\n'),
                                    std::string("\xFF\xC3\0x", 4), std::string("贺卡，生日快乐 🌸")}) {
    EXPECT_EQ(draw_placeholder(prompt, {800, 600}, 1).size, (PixelSize{800, 600}));
  }
}

}  // namespace
}  // namespace imagegen
