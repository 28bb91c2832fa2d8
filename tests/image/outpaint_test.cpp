#include <imagegen/image/outpaint.hpp>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::pixel_at;
using testing::ElementsAre;
using testing::HasSubstr;

OutpaintSpec around(Margins margins, MarginFill fill = MarginFill::copy) {
  OutpaintSpec spec;
  spec.margins = margins, spec.fill = fill;
  return spec;
}

std::uint8_t value_at(const Mask& mask, int x, int y) {
  const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width);
  return mask.values[row + static_cast<std::size_t>(x)];
}

TEST(OutpaintInput, HasTheOldPictureInItsPlaceAndEditsTheRest) {
  const auto photo = test::photo_like({30, 20}, 3);
  const Margins margins{3, 5, 7, 11};
  for (const auto fill : {MarginFill::background, MarginFill::copy, MarginFill::mirror, MarginFill::repeat}) {
    const auto made = outpaint_input(photo, around(margins, fill)).value();
    ASSERT_EQ(made.picture.size, (PixelSize{40, 36}));
    ASSERT_EQ(made.mask.size, made.picture.size);
    EXPECT_EQ(made.place, (PixelRect{3, 5, 30, 20}));
    EXPECT_EQ(made.picture.channels, fill == MarginFill::background ? 4 : 3);
    for (int y = 0; y < 36; ++y) {
      for (int x = 0; x < 40; ++x) {
        const bool is_old = x >= 3 && x < 33 && y >= 5 && y < 25;
        ASSERT_EQ(value_at(made.mask, x, y), is_old ? 0 : 255) << x << "," << y;
        if (is_old) {
          ASSERT_EQ(pixel_at(made.picture, x, y), pixel_at(photo, x - 3, y - 5));
        }
      }
    }
  }
}

TEST(OutpaintInput, FillsWithWhatWasAskedFor) {
  const auto photo = test::photo_like({6, 4}, 3);
  const Margins margins{4, 5, 9, 0};
  const auto edge = outpaint_input(photo, around(margins, MarginFill::copy)).value().picture;
  EXPECT_EQ(pixel_at(edge, 0, 0), pixel_at(photo, 0, 0));
  EXPECT_EQ(pixel_at(edge, 18, 7), pixel_at(photo, 5, 2));
  const auto mirror = outpaint_input(photo, around(margins, MarginFill::mirror)).value().picture;
  EXPECT_EQ(pixel_at(mirror, 3, 5), pixel_at(photo, 0, 0));
  EXPECT_EQ(pixel_at(mirror, 1, 4), pixel_at(photo, 2, 0));
  EXPECT_EQ(pixel_at(mirror, 10, 0), pixel_at(photo, 5, 3));  // five rows up, which is one more than there are
  EXPECT_EQ(pixel_at(mirror, 16, 5), pixel_at(photo, 0, 0));  // seven columns on, turned twice
  const auto tiles = outpaint_input(photo, around(margins, MarginFill::repeat)).value().picture;
  EXPECT_EQ(pixel_at(tiles, 3, 5), pixel_at(photo, 5, 0));
  auto spec = around(margins, MarginFill::background);
  spec.background = {1, 2, 3, 255};
  EXPECT_THAT(pixel_at(outpaint_input(photo, spec).value().picture, 0, 0), ElementsAre(1, 2, 3, 255));
  spec.background.alpha = 9;
  EXPECT_THAT(pixel_at(outpaint_input(photo, spec).value().picture, 0, 0), ElementsAre(1, 2, 3, 9));
  const auto clear = outpaint_input(photo, around(margins, MarginFill::background)).value().picture;
  EXPECT_THAT(pixel_at(clear, 0, 0), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(pixel_at(clear, 4, 5), pixel_at(photo, 0, 0));
}

TEST(OutpaintInput, KeepsAlphaAndSpreadsGrey) {
  const auto clear = outpaint_input(test::solid({2, 2}, 4, {9, 8, 7, 6}), around({1, 0, 0, 0})).value().picture;
  EXPECT_THAT(pixel_at(clear, 0, 0), ElementsAre(9, 8, 7, 6));
  const auto grey = outpaint_input(test::solid({2, 2}, 1, {9}), around({1, 0, 0, 0})).value().picture;
  EXPECT_EQ(grey.channels, 3);
  EXPECT_THAT(pixel_at(grey, 2, 1), ElementsAre(9, 9, 9, 255));
}

TEST(OutpaintInput, OverlapsWhereThereIsAMarginAndNowhereElse) {
  auto spec = around({10, 0, 0, 10});
  spec.overlap_px = 4;
  const auto mask = outpaint_input(test::photo_like({30, 20}, 3), spec).value().mask;
  EXPECT_EQ(value_at(mask, 13, 15), 255);
  EXPECT_EQ(value_at(mask, 14, 15), 0);
  EXPECT_EQ(value_at(mask, 14, 16), 255);
  EXPECT_EQ(value_at(mask, 39, 0), 0);
}

TEST(OutpaintInput, FeathersInTheOverlapOnly) {
  auto spec = around({16, 16, 16, 0});
  spec.overlap_px = 12, spec.feather_px = 6;
  const auto mask = outpaint_input(test::photo_like({80, 60}, 3), spec).value().mask;
  for (int y = 0; y < mask.size.height; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      const bool is_margin = x < 16 || y < 16 || x >= 96;
      const bool is_kept = x >= 28 && x < 84 && y >= 28;
      if (is_margin) {
        ASSERT_EQ(value_at(mask, x, y), 255) << x << "," << y;
      }
      if (is_kept) {
        ASSERT_EQ(value_at(mask, x, y), 0) << x << "," << y;
      }
    }
  }
  EXPECT_NEAR(value_at(mask, 22, 60), 128, 30);
}

TEST(OutpaintInput, NamesWhatIsWrong) {
  const auto photo = test::photo_like({30, 20}, 3);
  const auto fails = [&](const OutpaintSpec& spec, const char* message) {
    EXPECT_THAT(outpaint_input(photo, spec), test::FailsSaying(Errc::invalid_argument, HasSubstr(message)));
  };
  fails(around({}), "margins: expected at least one above 0 px");
  fails(around({4, -1, 0, 0}), "margins: expected none below 0 px, got -1");
  auto spec = around({4, 0, 4, 0});
  spec.overlap_px = 15;
  fails(spec, "overlap: expected one that leaves something of the picture of 30x20, got 15 px");
  spec.overlap_px = 14, spec.feather_px = 8;
  fails(spec, "feather: expected 0 px to half of the overlap, 7 px, got 8");
  EXPECT_THAT(outpaint_input(Bitmap{{2, 2}, 3, {}}, around({1, 0, 0, 0})), test::FailsWith(Errc::invalid_argument));
}

TEST(OutpaintInput, IsNoLargerThanAllowed) {
  const auto photo = test::photo_like({30, 20}, 3);
  EXPECT_THAT(outpaint_input(photo, around({32'767, 0, 0, 0})), test::FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(outpaint_input(photo, around({2'147'483'647, 0, 2'147'483'647, 0})),
              test::FailsWith(Errc::limit_exceeded));
  ImageLimits limits;
  limits.max_pixels = 40 * 20;
  EXPECT_THAT(outpaint_input(photo, around({10, 0, 0, 0}), limits), test::IsOk());
  EXPECT_THAT(outpaint_input(photo, around({11, 0, 0, 0}), limits), test::FailsWith(Errc::limit_exceeded));
}

TEST(MarginsToSize, PutThePictureWhereItIsWanted) {
  EXPECT_EQ(margins_to_size({30, 20}, {41, 20}).value(), (Margins{5, 0, 6, 0}));
  EXPECT_EQ(margins_to_size({30, 20}, {40, 30}, {0.0F, 1.0F}).value(), (Margins{0, 10, 10, 0}));
  EXPECT_THAT(margins_to_size({30, 20}, {29, 40}), test::FailsSaying(Errc::invalid_argument, HasSubstr("30x20")));
  EXPECT_THAT(margins_to_size({30, 20}, {40, 40}, {1.5F, 0}),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("position")));
}

TEST(MarginsToShape, MakeTheSmallestCanvasOfTheShape) {
  EXPECT_EQ(margins_to_shape({100, 100}, {16, 9}).value(), (Margins{39, 0, 39, 0}));  // 177.8 wide, rounded
  EXPECT_EQ(margins_to_shape({1600, 800}, {1, 1}).value(), (Margins{0, 400, 0, 400}));
  EXPECT_EQ(margins_to_shape({160, 90}, {16, 9}).value(), (Margins{}));
  EXPECT_THAT(margins_to_shape({10, 10}, {0, 9}), test::FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
