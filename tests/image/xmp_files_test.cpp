#include "image/xmp_files.hpp"

#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/provenance.hpp>

#include <zlib.h>

#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/webp_builder.hpp"
#include "image/xmp.hpp"
#include "support/matchers.hpp"

namespace imagegen::detail {
namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::IsEmpty;

std::string packet() {
  return xmp_packet({DigitalSourceType::trained_algorithmic_media, "flux-2-pro", std::string(64, 'a')}).value();
}

const FoundProvenance kOurs{"trainedAlgorithmicMedia", "imagegen", "flux-2-pro", std::string(64, 'a'), false};

std::string text_of(ByteView bytes) {
  return std::string(as_text(bytes));
}

// format, channels of the picture
class EmbedXmp : public testing::TestWithParam<std::tuple<ImageFormat, int>> {
 protected:
  ImageFormat format() const { return std::get<0>(GetParam()); }
  Bytes encoded(PixelSize size = {37, 29}) const {
    return encode_image(test::photo_like(size, std::get<1>(GetParam())), {format(), 80, 2}).value();
  }
};

TEST_P(EmbedXmp, IsFoundAgain) {
  EXPECT_EQ(find_provenance(embed_xmp(format(), encoded(), packet()).value()), kOurs);
}

TEST_P(EmbedXmp, ChangesNoPixelAndNoSize) {
  for (const PixelSize size : {PixelSize{37, 29}, PixelSize{1, 1}, PixelSize{300, 2}}) {
    const auto before = encoded(size);
    const auto after = embed_xmp(format(), before, packet()).value();
    const auto a = decode_image(before).value(), b = decode_image(after).value();
    EXPECT_EQ(a.channels, b.channels);
    EXPECT_EQ(a.size, b.size);
    EXPECT_EQ(a.pixels, b.pixels);
    EXPECT_EQ(inspect_image(before).value().has_alpha, inspect_image(after).value().has_alpha);
  }
}

TEST_P(EmbedXmp, TakesPacketsOfEvenAndOddLength) {
  for (const auto& text : {packet(), packet() + " "}) {
    const auto after = embed_xmp(format(), encoded(), text).value();
    EXPECT_EQ(find_file_xmp(after).xmp, text);
    EXPECT_THAT(decode_image(after), test::IsOk());
  }
}

TEST_P(EmbedXmp, RefusesASecondPacketAndAnEmptyOne) {
  const auto once = embed_xmp(format(), encoded(), packet()).value();
  EXPECT_THAT(embed_xmp(format(), once, packet()), test::FailsSaying(Errc::invalid_argument, HasSubstr("already")));
  EXPECT_THAT(embed_xmp(format(), encoded(), ""), test::FailsWith(Errc::invalid_argument));
}

TEST_P(EmbedXmp, RefusesAFileThatIsCutShortOrOfAnotherFormat) {
  const auto whole = encoded();
  for (std::size_t size = 0; size < std::min<std::size_t>(whole.size(), 64); ++size) {
    const auto result =
        embed_xmp(format(), Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), packet());
    EXPECT_THAT(result, test::FailsWith(Errc::corrupt_data)) << size;
  }
  const auto other = format() == ImageFormat::webp ? ImageFormat::jpeg : ImageFormat::webp;
  EXPECT_THAT(embed_xmp(other, whole, packet()), test::FailsWith(Errc::corrupt_data));
}

INSTANTIATE_TEST_SUITE_P(Formats, EmbedXmp,
                         testing::Combine(testing::Values(ImageFormat::jpeg, ImageFormat::png, ImageFormat::webp),
                                          testing::Values(3, 4)));

TEST(EmbedXmpInWebp, TakesLosslessFilesToo) {
  for (const int channels : {3, 4}) {
    const auto photo = test::photo_like({33, 21}, channels);
    const auto after = embed_xmp(ImageFormat::webp, test::build_lossless_webp(photo), packet()).value();
    EXPECT_EQ(decode_image(after).value().pixels, photo.pixels);
    EXPECT_EQ(find_provenance(after), kOurs);
  }
}

TEST(EmbedXmpInWebp, PadsAndCountsWhatItAdds) {
  for (const auto& text : {packet(), packet() + " "}) {
    const auto after =
        embed_xmp(ImageFormat::webp, test::build_lossless_webp(test::photo_like({9, 9}, 3)), text).value();
    EXPECT_EQ(after.size() % 2, 0U);
    EXPECT_EQ(after.size() - 8, after[4] + after[5] * 256U);
  }
}

TEST(EmbedXmpInJpeg, StandsRightAfterTheJfifSegment) {
  const auto before = encode_image(test::photo_like({8, 8}, 3), {ImageFormat::jpeg, 80}).value();
  const auto after = embed_xmp(ImageFormat::jpeg, before, packet()).value();
  ASSERT_EQ(text_of(ByteView(after).subspan(2, 2)), "\xFF\xE0");
  EXPECT_EQ(text_of(ByteView(after).subspan(20, 2)), "\xFF\xE1");
}

TEST(EmbedXmpInJpeg, RefusesWhatDoesNotFitASegment) {
  const auto file = encode_image(test::photo_like({8, 8}, 3), {ImageFormat::jpeg, 80}).value();
  EXPECT_THAT(embed_xmp(ImageFormat::jpeg, file, std::string(65'502, ' ')), test::IsOk());
  EXPECT_THAT(embed_xmp(ImageFormat::jpeg, file, std::string(65'503, ' ')),
              test::FailsSaying(Errc::limit_exceeded, HasSubstr("at most 65502 bytes for jpeg")));
}

TEST(EmbedXmpInAvif, IsTheEncodersWork) {
  EXPECT_THAT(embed_xmp(ImageFormat::avif, {}, packet()), test::FailsWith(Errc::unsupported));
}

// A PNG with one more chunk right after its header.
Bytes png_with_chunk(std::string_view type, std::string_view data) {
  Bytes chunk;
  test::append_png_chunk(chunk, type, as_bytes(data));
  auto file = encode_png(test::photo_like({9, 9}, 3)).value();
  file.insert(file.begin() + 33, chunk.begin(), chunk.end());
  return file;
}

std::string deflated(std::string_view text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           static_cast<uLong>(text.size()));
  out.resize(size);
  return out;
}

std::string compressed_itxt(std::string_view text) {
  return std::string("XML:com.adobe.xmp\0\1\0en\0title\0"sv) + deflated(text);
}

TEST(FindXmpInPng, InflatesCompressedText) {
  EXPECT_EQ(find_provenance(png_with_chunk("iTXt", compressed_itxt(packet()))), kOurs);
}

TEST(FindXmpInPng, StopsInflatingAtTheLimit) {
  const auto within = packet() + std::string(kMaxXmpBytes - packet().size(), ' ');
  EXPECT_EQ(find_provenance(png_with_chunk("iTXt", compressed_itxt(within))), kOurs);
  EXPECT_THAT(find_file_xmp(png_with_chunk("iTXt", compressed_itxt(within + ' '))).xmp, IsEmpty());
  EXPECT_THAT(find_file_xmp(png_with_chunk("iTXt", compressed_itxt(std::string(64U << 20U, ' ')))).xmp, IsEmpty());
}

TEST(FindXmpInPng, IgnoresDamagedAndOtherText) {
  EXPECT_THAT(find_file_xmp(png_with_chunk("iTXt", "XML:com.adobe.xmp\0\1\0\0\0rubbish"sv)).xmp, IsEmpty());
  EXPECT_THAT(find_file_xmp(png_with_chunk("iTXt", "XML:com.adobe.xmp\0\0\0en"sv)).xmp, IsEmpty());
  EXPECT_THAT(find_file_xmp(png_with_chunk("iTXt", "Comment\0\0\0\0\0text"sv)).xmp, IsEmpty());
}

TEST(FindC2pa, InPng) {
  EXPECT_TRUE(find_provenance(png_with_chunk("caBX", "jumbf")).has_c2pa);
  EXPECT_FALSE(find_provenance(png_with_chunk("prVt", "caBX")).has_c2pa);
}

Bytes jpeg_with_app11(std::string_view data) {
  auto file = encode_image(test::photo_like({8, 8}, 3), {ImageFormat::jpeg, 80}).value();
  Bytes segment{0xFF, 0xEB, 0, static_cast<std::uint8_t>(data.size() + 2)};
  segment.insert(segment.end(), data.begin(), data.end());
  file.insert(file.begin() + 2, segment.begin(), segment.end());
  return file;
}

TEST(FindC2pa, InJpeg) {
  EXPECT_TRUE(find_provenance(jpeg_with_app11("JP\0\1\0\0\0\1\0\0\0\x40jumb\0\0\0\x20jumdc2pa\0\x11"sv)).has_c2pa);
  EXPECT_FALSE(find_provenance(jpeg_with_app11("JP\0\1\0\0\0\1\0\0\0\x40jumb\0\0\0\x20jumdmlsr\0\x11"sv)).has_c2pa);
}

TEST(FindC2pa, InWebp) {
  const auto file = encode_image(test::photo_like({8, 8}, 3), {ImageFormat::webp, 80, 0}).value();
  EXPECT_TRUE(find_provenance(test::with_webp_chunk(file, "C2PA", {1, 2})).has_c2pa);
  EXPECT_FALSE(find_provenance(file).has_c2pa);
}

std::string box(std::string_view type, std::string_view content) {
  const auto size = content.size() + 8;
  return std::string{'\0', '\0', static_cast<char>(size >> 8U), static_cast<char>(size)}.append(type).append(content);
}

const std::string kFtyp = box("ftyp", "avif\0\0\0\0avifmif1"sv);

TEST(FindProvenanceInAvif, SeesC2paBoxesAtTheTopOnly) {
  const std::string uuid = box("uuid", "\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81 manifest"sv);
  EXPECT_TRUE(find_provenance(as_bytes(kFtyp + box("meta", "....") + uuid)).has_c2pa);
  EXPECT_FALSE(find_provenance(as_bytes(kFtyp + box("free", uuid))).has_c2pa);
}

TEST(FindProvenanceInAvif, ReadsXmpWhereverItIsKept) {
  EXPECT_EQ(find_provenance(as_bytes(kFtyp + box("mdat", "pixels" + packet() + "pixels"))), kOurs);
}

TEST(FindProvenance, ReadsTheOtherWayToNameTheModel) {
  auto provenance = packet();
  const auto at = provenance.find("   <imagegen:Model>");
  provenance.erase(at, provenance.find('\n', at) + 1 - at);
  const auto file = embed_xmp(ImageFormat::png, encode_png(test::photo_like({3, 3}, 3)).value(), provenance).value();
  EXPECT_EQ(find_provenance(file), kOurs);
}

TEST(FindProvenance, KeepsASourceTypeThatIsNotOfIptcAsItIs) {
  const std::string text =
      "<a xmlns:i='" + std::string(kIptcExtNamespace) + "' i:DigitalSourceType='http://example.com/mine'/>";
  const auto file = embed_xmp(ImageFormat::png, encode_png(test::photo_like({3, 3}, 3)).value(), text).value();
  EXPECT_EQ(find_provenance(file).digital_source_type, "http://example.com/mine");
}

TEST(FindProvenance, FindsNothingInWhatIsNoPicture) {
  for (const auto text : {""sv, "GIF89a"sv, "<x:xmpmeta>"sv, "\x89PNG\r\n\x1A\n"sv, "RIFF\0\0\0\0WEBPXMP "sv}) {
    EXPECT_EQ(find_provenance(as_bytes(text)), FoundProvenance());
  }
}

TEST(FindProvenance, SurvivesEveryCutOfEveryFormat) {
  for (const auto format : {ImageFormat::jpeg, ImageFormat::png, ImageFormat::webp}) {
    const auto file =
        embed_xmp(format, encode_image(test::photo_like({5, 5}, 3), {format, 80, 0}).value(), packet()).value();
    for (std::size_t size = 0; size < file.size(); ++size) {
      const auto found = find_provenance(ByteView(file).first(size));
      ASSERT_TRUE(found == FoundProvenance() || found == kOurs) << to_string(format) << " cut at " << size;
    }
  }
}

}  // namespace
}  // namespace imagegen::detail
