#include <imagegen/image/renditions.hpp>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;

TEST(Names, OfFitsComeBack) {
  for (const Fit fit : {Fit::cover, Fit::contain, Fit::fill, Fit::inside, Fit::outside}) {
    EXPECT_EQ(parse_fit(to_string(fit)).value(), fit);
  }
  for (const char* wrong : {"", "Cover", "cover ", "scale-down"}) {
    EXPECT_THAT(parse_fit(wrong), FailsWith(Errc::invalid_argument)) << wrong;
  }
}

TEST(Names, OfKernelsComeBack) {
  for (const auto kernel : {ResizeKernel::nearest, ResizeKernel::linear, ResizeKernel::cubic, ResizeKernel::mitchell,
                            ResizeKernel::lanczos2, ResizeKernel::lanczos3}) {
    EXPECT_EQ(parse_resize_kernel(to_string(kernel)).value(), kernel);
  }
  EXPECT_THAT(parse_resize_kernel("lanczos"), FailsWith(Errc::invalid_argument));
}

TEST(Names, OfChromaSubsamplingsComeBack) {
  for (const auto chroma : {ChromaSubsampling::automatic, ChromaSubsampling::yuv420, ChromaSubsampling::yuv444}) {
    EXPECT_EQ(parse_chroma_subsampling(to_string(chroma)).value(), chroma);
  }
  EXPECT_EQ(to_string(ChromaSubsampling::yuv420), "4:2:0");
  EXPECT_EQ(to_string(ChromaSubsampling::yuv444), "4:4:4");
  EXPECT_THAT(parse_chroma_subsampling("4:2:2"), FailsWith(Errc::invalid_argument));
}

TEST(ParseColour, ReadsHexadecimalAndThreeNames) {
  EXPECT_EQ(parse_colour("#f80").value(), (Colour{255, 136, 0, 255}));
  EXPECT_EQ(parse_colour("#1a2B3c").value(), (Colour{0x1A, 0x2B, 0x3C, 255}));
  EXPECT_EQ(parse_colour("#1a2b3c40").value(), (Colour{0x1A, 0x2B, 0x3C, 0x40}));
  EXPECT_EQ(parse_colour("white").value(), (Colour{255, 255, 255, 255}));
  EXPECT_EQ(parse_colour("black").value(), (Colour{0, 0, 0, 255}));
  EXPECT_EQ(parse_colour("transparent").value().alpha, 0);
}

TEST(ParseColour, RefusesAnythingElse) {
  for (const char* wrong :
       {"", "#", "#12", "#1234", "#12345", "#1234567", "#123456789", "#ggg", "red", "fff", " #fff"}) {
    EXPECT_THAT(parse_colour(wrong), FailsWith(Errc::invalid_argument)) << wrong;
  }
}

TEST(Names, ThatAreWrongAreNotQuotedWithoutEnd) {
  const std::string endless(100'000, 'x');
  EXPECT_LT(parse_fit(endless).error().message.size(), 300U);
  EXPECT_LT(parse_colour(endless).error().message.size(), 300U);
  EXPECT_LT(parse_resize_kernel(endless).error().message.size(), 300U);
  EXPECT_LT(parse_chroma_subsampling(endless).error().message.size(), 300U);
}

}  // namespace
}  // namespace imagegen
