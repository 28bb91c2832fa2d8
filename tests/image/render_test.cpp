#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <limits>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using testing::HasSubstr;

RenditionSpec webp_of(PixelSize size) {
  return {size, {}, {ImageFormat::webp, 90, 0}};
}

TEST(Render, CutsResizesAndEncodes) {
  auto master = test::solid({300, 100}, 3, {255, 0, 0});
  test::paint(master, {100, 0, 100, 100}, {0, 0, 255});
  const auto made = render(master, {{40, 40}, {}, {ImageFormat::png}}).value();
  EXPECT_EQ(made.crop, (PixelRect{100, 0, 100, 100}));
  EXPECT_EQ(made.image.format, ImageFormat::png);
  EXPECT_EQ(made.image.size, (PixelSize{40, 40}));
  EXPECT_FALSE(made.upscaled);
  EXPECT_EQ(decode_image(made.image.bytes).value().pixels, test::solid({40, 40}, 3, {0, 0, 255}).pixels);
}

TEST(Render, SaysWhenItHadToUpscale) {
  const auto master = test::photo_like({100, 100}, 3);
  EXPECT_TRUE(render(master, webp_of({101, 101})).value().upscaled);
  EXPECT_FALSE(render(master, webp_of({100, 100})).value().upscaled);
  EXPECT_TRUE(render(master, webp_of({101, 50})).value().upscaled);
}

TEST(Render, RefusesWhatCannotBeMadeBeforeItWorks) {
  const auto master = test::photo_like({100, 100}, 3);
  EXPECT_THAT(render(master, webp_of({-1, 10})), FailsSaying(Errc::invalid_argument, HasSubstr("size:")));
  EXPECT_THAT(render(master, webp_of({20'000, 10})), FailsSaying(Errc::limit_exceeded, HasSubstr("16383")));
  EXPECT_THAT(render(master, {{10, 10}, {}, {ImageFormat::webp, 300}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(render(master, {{10, 10}, {}, {ImageFormat::jpeg, 80, 4, false, false, 101}}),
              FailsSaying(Errc::invalid_argument, HasSubstr("alpha_quality")));
  EXPECT_THAT(render({}, webp_of({10, 10})), FailsWith(Errc::invalid_argument));
}

TEST(Render, SaysWhenTheBuildCannotWriteTheFormat) {
  const auto made = render(test::photo_like({100, 100}, 3), {{10, 10}, {}, {ImageFormat::avif}});
  if (can_encode(ImageFormat::avif)) {
    EXPECT_EQ(made.value().image.format, ImageFormat::avif);
  } else {
    EXPECT_THAT(made, FailsWith(Errc::unsupported));
  }
}

TEST(Render, CutsInsideOfPixelsSoThatNothingIsShifted) {
  auto master = test::solid({120, 30}, 3, {});
  for (int x = 0; x < 120; ++x) test::paint(master, {x, 0, 1, 30}, {static_cast<std::uint8_t>(2 * x), 7, 7});
  const auto made = render(master, {{13, 10}, {}, {ImageFormat::png}}).value();
  EXPECT_EQ(made.window, (PixelWindow{40.5, 0, 39, 30}));
  const auto found = decode_image(made.image.bytes).value();
  for (int x = 2; x < 11; ++x) {
    const double centre = 40.5 + (x + 0.5) * 3 - 0.5;  // a pixel's value is at its middle
    EXPECT_NEAR(test::pixel_at(found, x, 5)[0], 2 * centre, 0.6) << x;
  }
}

TEST(Render, RefusesAFocusOutsideOfThePicture) {
  const auto master = test::photo_like({100, 100}, 3);
  auto spec = webp_of({10, 10});
  for (const float x : {-0.1F, 1.1F, std::numeric_limits<float>::quiet_NaN()}) {
    spec.position.focus.x = x;
    EXPECT_THAT(render(master, spec), FailsSaying(Errc::invalid_argument, HasSubstr("focus:")));
  }
}

TEST(Render, StopsWhenItIsCancelled) {
  const std::atomic<bool> cancelled = true;
  const auto master = test::photo_like({100, 100}, 3);
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png}) {
    EXPECT_THAT(render(master, {{50, 50}, {}, {format}}, &cancelled), FailsWith(Errc::cancelled));
  }
}

}  // namespace
}  // namespace imagegen
