// The space in which palettes are chosen, and the search in it.
#include "image/shade.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <vector>

#include "image/nearest_shade.hpp"

namespace imagegen::detail {
namespace {

TEST(Shade, OfAnOpaqueColourIsThatColourAgain) {
  for (int level = 0; level < 256; ++level) {
    const auto part = static_cast<std::uint8_t>(level);
    const std::uint8_t rgba[4] = {part, static_cast<std::uint8_t>(255 - level), static_cast<std::uint8_t>(level * 7), 255};
    const auto colour = colour_of(shade_of(rgba));
    for (unsigned i = 0; i < 4; ++i) ASSERT_EQ(colour >> (8 * i) & 255U, rgba[i]) << level;
  }
}

// What cannot be seen of it may be lost.
TEST(Shade, OfAHalfTransparentColourLooksTheSame) {
  for (int alpha = 1; alpha < 256; ++alpha) {
    const std::uint8_t rgba[4] = {200, 13, 127, static_cast<std::uint8_t>(alpha)};
    const auto colour = colour_of(shade_of(rgba));
    ASSERT_EQ(colour >> 24U, static_cast<unsigned>(alpha));
    for (unsigned i = 0; i < 3; ++i) {
      const int found = static_cast<int>(colour >> (8 * i) & 255U);
      EXPECT_LE(std::abs(found - rgba[i]) * alpha, 255) << alpha;
    }
  }
}

TEST(Shade, IsEquallyFarAsItLooksOnBlackAndOnWhite) {
  const std::uint8_t clear_red[4] = {255, 0, 0, 0}, clear_blue[4] = {0, 0, 255, 0};
  EXPECT_EQ(shade_of(clear_red), shade_of(clear_blue));
  // Black is half as far from nothing as black from white: seen on white it differs as much, and on black not at all.
  const std::uint8_t black[4] = {0, 0, 0, 255}, white[4] = {255, 255, 255, 255};
  const double whole = distance(shade_of(black), shade_of(white));
  EXPECT_NEAR(distance(shade_of(black), shade_of(clear_red)) / whole, 0.5, 0.01);
  EXPECT_NEAR(distance(shade_of(white), shade_of(clear_red)) / whole, 0.5, 0.01);
}

Shade random_shade(std::mt19937& random) {
  const std::uint8_t rgba[4] = {static_cast<std::uint8_t>(random() % 256), static_cast<std::uint8_t>(random() % 256),
                                static_cast<std::uint8_t>(random() % 256),
                                static_cast<std::uint8_t>(random() % 3 == 0 ? random() % 256 : 255)};
  return shade_of(rgba);
}

TEST(NearestShade, IsTheFirstOfTheNearestWhateverIsGuessed) {
  std::mt19937 random(5);
  for (const std::size_t count : {1U, 2U, 16U, 256U}) {
    std::vector<Shade> palette;
    for (std::size_t i = 0; i < count; ++i) palette.push_back(random_shade(random));
    if (count == 16) palette[9] = palette[4];  // found as 4
    const NearestShade nearest(palette);
    for (int round = 0; round < 2000; ++round) {
      const Shade wanted = round < 16 ? palette[static_cast<std::size_t>(round) % count] : random_shade(random);
      std::size_t expected = 0;
      for (std::size_t i = 1; i < count; ++i)
        if (distance(wanted, palette[i]) < distance(wanted, palette[expected])) expected = i;
      ASSERT_EQ(nearest.find(wanted, random() % count), expected);
    }
  }
}

}  // namespace
}  // namespace imagegen::detail
