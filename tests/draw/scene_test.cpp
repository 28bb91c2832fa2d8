#include <imagegen/core/digest.hpp>
#include <imagegen/draw/scene.hpp>

#include <gtest/gtest.h>

#include <set>

#include "draw/pixels.hpp"

namespace imagegen {
namespace {

Bitmap scene(PixelSize size, std::uint64_t seed) {
  Canvas canvas(size, {255, 0, 255});
  draw_scene(canvas, seed);
  return std::move(canvas).bitmap();
}

TEST(Scene, FollowsFromItsSeed) {
  EXPECT_EQ(scene({240, 160}, 5).pixels, scene({240, 160}, 5).pixels);
}

TEST(Scene, DiffersFromSeedToSeed) {
  std::set<Sha256> seen;
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    EXPECT_TRUE(seen.insert(sha256(scene({96, 64}, seed).pixels)).second) << seed;
}

// After a change that means to alter scenes, look at them and put the new sum here.
TEST(Scene, IsTheSameBytesEverywhere) {
  Bytes pixels;
  for (std::uint64_t seed = 0; seed < 48; ++seed) {  // meets every kind of scene and every palette
    const Bitmap picture = scene({240, 160}, seed);
    pixels.insert(pixels.end(), picture.pixels.begin(), picture.pixels.end());
  }
  EXPECT_EQ(to_hex(sha256(pixels)), "01b6539d67d3c5e4acac0b0c70645a9c6de1695759b01aeee295d009829a1c2d");
}

TEST(Scene, CoversTheWholeCanvas) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Bitmap picture = scene({120, 90}, seed);
    for (int y = 0; y < 90; ++y) {
      for (int x = 0; x < 120; ++x) ASSERT_NE(test::pixel(picture, x, y), (Rgb{255, 0, 255})) << seed;
    }
  }
}

TEST(Scene, FitsEverySize) {
  for (const PixelSize size :
       {PixelSize{1, 1}, {1, 700}, {700, 1}, {2, 3}, {16, 16}, {8192, 16}, {16, 8192}, {333, 77}}) {
    for (std::uint64_t seed = 0; seed < 16; ++seed) EXPECT_EQ(scene(size, seed).size, size);
  }
}

}  // namespace
}  // namespace imagegen
