#include <imagegen/core/geometry.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;

TEST(CropPosition, IsReadBackFromItsText) {
  for (const std::string_view text :
       {"centre", "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west", "attention",
        "entropy", "0.25,0.75", "object-position:0.25,0.75"}) {
    ASSERT_THAT(parse_crop_position(text), test::IsOk());
    EXPECT_EQ(to_string(*parse_crop_position(text)), text);
  }
  EXPECT_EQ(*parse_crop_position("center"), *parse_crop_position("centre"));
}

TEST(CropPosition, RefusesWordsAndPointsOutsideThePicture) {
  for (const std::string_view text : {"", "middle", "1.5,0.5", "0.5,-0.1", "0.5", "nan,0", "0.5,0.5x", ",",
                                      "object-position:", "object-position:0.5", "object-position:2,0"}) {
    EXPECT_THAT(parse_crop_position(text), FailsWith(Errc::invalid_argument)) << text;
  }
}

TEST(PixelSize, IsReadFromItsText) {
  EXPECT_EQ(*parse_pixel_size("1920x800"), (PixelSize{1920, 800}));
  EXPECT_EQ(to_string(PixelSize{1920, 800}), "1920x800");
}

TEST(PixelSize, RefusesWhatIsNoSize) {
  for (const std::string_view text : {"", "x", "1920", "0x5", "5x0", "-1x5", "65536x1", "1920x800px", " 1x1"}) {
    EXPECT_THAT(parse_pixel_size(text), FailsWith(Errc::invalid_argument)) << text;
  }
}

TEST(BoxSize, IsASizeOrOneSideOfIt) {
  EXPECT_EQ(*parse_box_size("1920x800"), (PixelSize{1920, 800}));
  EXPECT_EQ(*parse_box_size("300x"), (PixelSize{300, 0}));
  EXPECT_EQ(*parse_box_size("x300"), (PixelSize{0, 300}));
  for (const std::string_view text : {"", "x", "300", "0x", "x0", "300x-1", "65536x", "ax", " 300x"}) {
    EXPECT_THAT(parse_box_size(text), FailsWith(Errc::invalid_argument)) << text;
  }
}

TEST(NearestPixels, AreThoseWhoseEdgesAreNearest) {
  EXPECT_EQ(nearest_pixels({10.4, 0, 99.2, 50}), (PixelRect{10, 0, 100, 50}));
  EXPECT_EQ(nearest_pixels({10.6, 0, 99.2, 50}), (PixelRect{11, 0, 99, 50}));
  EXPECT_EQ(nearest_pixels({3.2, 7.1, 0.2, 0.1}), (PixelRect{3, 7, 1, 1})) << "never empty";
}

}  // namespace
}  // namespace imagegen
