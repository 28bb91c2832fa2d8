#include <imagegen/image/decode.hpp>

#include <string>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace std::string_view_literals;
using test::FailsSaying;

struct Sample {
  std::string_view bytes;
  std::string_view name;
};

void PrintTo(const Sample& sample, std::ostream* out) {
  *out << sample.name;
}

class SniffFormat : public testing::TestWithParam<Sample> {};

TEST_P(SniffFormat, NamesWhatTheBytesAre) {
  EXPECT_EQ(sniff_format(as_bytes(GetParam().bytes)), GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SniffFormat,
                         testing::Values(Sample{"\x89PNG\r\n\x1A\n rest", "png"}, Sample{"\xFF\xD8\xFF\xE0", "jpeg"},
                                         Sample{"RIFF\x10\0\0\0WEBPVP8 "sv, "webp"},
                                         Sample{"RIFF\x10\0\0\0WAVE"sv, "unknown"}, Sample{"GIF89a....", "gif"},
                                         Sample{"\0\0\0\x1C"
                                                "ftypavif\0\0\0\0mif1avifmiaf"sv,
                                                "avif"},
                                         Sample{"\0\0\0\x1C"
                                                "ftypmif1\0\0\0\0mif1avifmiaf"sv,
                                                "avif"},
                                         Sample{"\0\0\0\x18"
                                                "ftypheic\0\0\0\0mif1heic"sv,
                                                "heic"},
                                         Sample{"\0\0\0\x18"
                                                "ftypisom\0\0\0\0isommp41"sv,
                                                "unknown"},
                                         Sample{"%PDF-1.7", "pdf"}, Sample{"II*\0\x08\0\0\0"sv, "tiff"},
                                         Sample{"MM\0*\0\0\0\x08"sv, "tiff"},
                                         Sample{"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"sv, "bmp"},
                                         Sample{"BMW drives", "unknown"}));

INSTANTIATE_TEST_SUITE_P(Texts, SniffFormat,
                         testing::Values(Sample{"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"},
                                         Sample{"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- drawn -->\n<svg/>", "svg"},
                                         Sample{"  <!DOCTYPE html><html><svg></svg></html>", "html"},
                                         Sample{"<HTML>", "html"}, Sample{"{\"error\": \"no image\"}", "json"},
                                         Sample{"\n [1]", "json"}, Sample{"<?xml version='1.0'?><feed/>", "unknown"},
                                         Sample{"", "empty"}, Sample{"   ", "unknown"},
                                         Sample{"not found", "unknown"}));

TEST(InspectImage, NamesTheFormatThatItRefuses) {
  EXPECT_THAT(inspect_image(as_bytes("{\"error\": 1}")),
              FailsSaying(Errc::unsupported, testing::HasSubstr("got json")));
}

TEST(DecodeImage, RefusesWhatIsNoPictureByName) {
  EXPECT_THAT(decode_image(as_bytes("II*\0\1\0\1\0"sv)),
              FailsSaying(Errc::unsupported, testing::HasSubstr("got tiff")));
}

TEST(DecodeImage, SaysWhatToDoWithAHeic) {
  EXPECT_THAT(decode_image(as_bytes("\0\0\0\x14""ftypheic\0\0\0\0mif1"sv)),
              FailsSaying(Errc::unsupported, testing::HasSubstr("got heic; convert it first")));
}

TEST(DecodeImage, SaysThatThereIsNothing) {
  EXPECT_THAT(decode_image({}), FailsSaying(Errc::corrupt_data, testing::HasSubstr("no bytes")));
}

TEST(DecodeImage, GoesByTheContentAndSaysWhenItIsUnknown) {
  EXPECT_THAT(decode_image(as_bytes("picture.png")),
              FailsSaying(Errc::unsupported, testing::HasSubstr("something unknown")));
}

}  // namespace
}  // namespace imagegen
