#include "image/kernels/split_rgb_row.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

struct Planes {
  explicit Planes(std::size_t pixels) : y(pixels), cb(pixels), cr(pixels) {}
  std::vector<std::uint8_t> y, cb, cr;
  friend bool operator==(const Planes&, const Planes&) = default;
};

Planes split(const std::vector<std::uint8_t>& rgb, decltype(&split_rgb_row) kernel = split_rgb_row) {
  Planes out(rgb.size() / 3);
  kernel(rgb, out.y.data(), out.cb.data(), out.cr.data());
  return out;
}

TEST(SplitRgbRow, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (std::size_t pixels = 0; pixels <= test::kLongestTail; ++pixels) {
      const auto rgb = test::random_samples<std::uint8_t>(3 * pixels, 0, 255, 1);
      ASSERT_TRUE(split(rgb) == split(rgb, split_rgb_row_reference)) << pixels << " pixels";
    }
  });
}

TEST(SplitRgbRow, AgreesWithItsTwinAtTheCornersOfTheCube) {
  std::vector<std::uint8_t> rgb;
  for (unsigned corner = 0; corner < 64; ++corner) {
    for (unsigned c = 0; c < 3; ++c) rgb.push_back((corner >> c & 1U) != 0 ? 255 : 0);
  }
  test::on_every_target([&] { EXPECT_TRUE(split(rgb) == split(rgb, split_rgb_row_reference)); });
}

TEST(SplitRgbRow, KeepsGreyExactlyGrey) {
  std::vector<std::uint8_t> rgb;
  for (int value = 0; value < 256; ++value) rgb.insert(rgb.end(), 3, static_cast<std::uint8_t>(value));
  const Planes planes = split(rgb);
  for (std::size_t value = 0; value < 256; ++value) ASSERT_EQ(planes.y[value], value);
  EXPECT_THAT(planes.cb, testing::Each(128));
  EXPECT_THAT(planes.cr, testing::Each(128));
}

// ITU-T T.871, section 7.
TEST(SplitRgbRow, IsTheDefinitionRounded) {
  const auto rgb = test::random_samples<std::uint8_t>(3 * 4096, 0, 255, 5);
  const Planes planes = split(rgb);
  for (std::size_t i = 0; i < planes.y.size(); ++i) {
    const double red = rgb[3 * i], green = rgb[3 * i + 1], blue = rgb[3 * i + 2];
    const double y = 0.299 * red + 0.587 * green + 0.114 * blue;
    ASSERT_NEAR(planes.y[i], y, 0.52);
    ASSERT_NEAR(planes.cb[i], std::min(128 + (blue - y) / 1.772, 255.0), 0.52);
    ASSERT_NEAR(planes.cr[i], std::min(128 + (red - y) / 1.402, 255.0), 0.52);
  }
}

}  // namespace
}  // namespace imagegen::kernels
