#include <imagegen/core/encoding.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

TEST(Encoding, ReadsTheNameOfEveryFormatInAnyCase) {
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png, ImageFormat::avif}) {
    EXPECT_EQ(*parse_image_format(to_string(format)), format);
    EXPECT_EQ(mime_type(format), "image/" + std::string(to_string(format)));
  }
  EXPECT_EQ(*parse_image_format("JPG"), ImageFormat::jpeg);
  EXPECT_THAT(parse_image_format("gif"), test::FailsWith(Errc::invalid_argument));
}

TEST(Encoding, TakesTheFormatFromTheLastExtensionOfTheLastSegment) {
  EXPECT_EQ(format_of_name("a/b.c/OL-1_1920x800.webp"), ImageFormat::webp);
  EXPECT_EQ(format_of_name("a.webp.JPEG"), ImageFormat::jpeg);
  EXPECT_EQ(format_of_name("folder.webp/file"), std::nullopt);
  EXPECT_EQ(format_of_name("file"), std::nullopt);
  EXPECT_EQ(format_of_name("file."), std::nullopt);
}

TEST(Encoding, HasTheQualityOfItsFormatWhereNoneIsSaid) {
  EXPECT_EQ(quality_of({ImageFormat::webp}), 90);
  EXPECT_EQ(quality_of({ImageFormat::jpeg}), 90);
  EXPECT_EQ(quality_of({ImageFormat::png}), 90);
  EXPECT_EQ(quality_of({ImageFormat::avif}), 78);
  for (const auto format : kImageFormats) EXPECT_EQ(quality_of({format, 0}), 0);
}

}  // namespace
}  // namespace imagegen
