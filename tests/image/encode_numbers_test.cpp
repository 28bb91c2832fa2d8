// Numbers out of range name themselves, before anything is done.
#include <imagegen/image/encode.hpp>

#include <cmath>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using testing::AllOf;
using testing::HasSubstr;

struct Wrong {
  const char* field;
  const char* came;
  void (*change)(Encoding&);
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.field << " " << wrong.came;
}

class WrongNumber : public testing::TestWithParam<Wrong> {};

TEST_P(WrongNumber, IsRefusedByName) {
  const auto photo = test::photo_like({8, 8}, 3);
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png}) {
    Encoding encoding{format};
    GetParam().change(encoding);
    EXPECT_THAT(encode_image(photo, encoding),
                FailsSaying(Errc::invalid_argument,
                            AllOf(HasSubstr(std::string(GetParam().field) + ": expected"), HasSubstr(GetParam().came))))
        << to_string(format);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongNumber,
    testing::Values(Wrong{"quality", "got 101", [](Encoding& e) { e.quality = 101; }},
                    Wrong{"quality", "got -1", [](Encoding& e) { e.quality = -1; }},
                    Wrong{"effort", "got 7", [](Encoding& e) { e.effort = 7; }},
                    Wrong{"effort", "got -1", [](Encoding& e) { e.effort = -1; }},
                    Wrong{"alpha_quality", "got 101", [](Encoding& e) { e.alpha_quality = 101; }},
                    Wrong{"alpha_quality", "got -1", [](Encoding& e) { e.alpha_quality = -1; }},
                    Wrong{"compression_level", "got 10", [](Encoding& e) { e.compression_level = 10; }},
                    Wrong{"compression_level", "got -1", [](Encoding& e) { e.compression_level = -1; }},
                    Wrong{"target_bytes", "got 2147483648", [](Encoding& e) { e.target_bytes = 2'147'483'648U; }},
                    Wrong{"colours", "got 1", [](Encoding& e) { e.colours = 1; }},
                    Wrong{"colours", "got 257", [](Encoding& e) { e.colours = 257; }},
                    Wrong{"colours", "got -2", [](Encoding& e) { e.colours = -2; }},
                    Wrong{"dither", "got 1.5", [](Encoding& e) { e.dither = 1.5F; }},
                    Wrong{"dither", "got -0.1", [](Encoding& e) { e.dither = -0.1F; }},
                    Wrong{"dither", "got nan", [](Encoding& e) { e.dither = std::nanf(""); }},
                    Wrong{"bit_depth", "got 12", [](Encoding& e) { e.bit_depth = 12; }},
                    Wrong{"bit_depth", "got 0", [](Encoding& e) { e.bit_depth = 0; }}));

TEST(Colours, ContradictWhatKeepsAllOfThem) {
  const auto photo = test::photo_like({8, 8}, 3);
  void (*const changes[])(Encoding&) = {[](Encoding& e) { e.bit_depth = 16; }, [](Encoding& e) { e.palette = false; },
                                        [](Encoding& e) { e.lossless = true; }};
  for (const auto& change : changes) {
    Encoding encoding{ImageFormat::png};
    encoding.colours = 16;
    EXPECT_THAT(encode_image(photo, encoding), test::IsOk());
    change(encoding);
    EXPECT_THAT(encode_image(photo, encoding), FailsSaying(Errc::invalid_argument, HasSubstr("colours: expected 0 w")));
  }
}

TEST(Quality, AtBothEndsMakesAFileOfEveryFormat) {
  const auto photo = test::photo_like({40, 30}, 3);
  for (const auto format : kImageFormats) {
    if (!can_encode(format)) continue;
    for (const int quality : {0, 100}) EXPECT_THAT(encode_image(photo, {format, quality}), test::IsOk()) << to_string(format);
  }
}

TEST(BitDepth, OfSixteenIsForPngOnly) {
  const auto photo = test::photo_like({8, 8}, 3);
  Encoding encoding{ImageFormat::png};
  encoding.bit_depth = 16;
  EXPECT_THAT(encode_image(photo, encoding), test::IsOk());
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg}) {
    encoding.format = format;
    EXPECT_THAT(encode_image(photo, encoding), FailsSaying(Errc::invalid_argument, HasSubstr("bit_depth: expected 8")));
  }
}

}  // namespace
}  // namespace imagegen
