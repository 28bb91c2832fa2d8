// Built only where AVIF is.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <set>

#include "image/raw_picture.hpp"
#include "image/support/avif_builder.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/profiles.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::avif_spec_of;
using test::AvifSpec;
using test::build_avif;
using test::FailsSaying;
using test::FailsWith;
using test::photo_like;
using test::pixel_at;
using testing::HasSubstr;

Encoding avif(int quality) {
  return {ImageFormat::avif, quality, 0};
}
Encoding lossless() {
  Encoding encoding = avif(90);
  encoding.lossless = true;
  return encoding;
}

Bitmap decoded(const Bytes& file) {
  return decode_image(file).value();
}

TEST(Avif, IsReadAndWrittenWhereOneOfThemIs) {
  EXPECT_TRUE(can_encode(ImageFormat::avif));
  EXPECT_TRUE(can_decode(ImageFormat::avif));
}

TEST(Avif, WithoutLossKeepsEverySample) {
  for (const int channels : {3, 4}) {
    for (const PixelSize size : {PixelSize{64, 48}, PixelSize{37, 21}, PixelSize{1, 1}}) {
      const auto photo = photo_like(size, channels);
      const auto back = decoded(encode_image(photo, lossless()).value());
      EXPECT_EQ(back.channels, channels);
      EXPECT_EQ(back.pixels, photo.pixels) << to_string(size);
    }
  }
}

TEST(Avif, WithLossIsAsCloseAsTheQualitySaysAndSmallerForLess) {
  const auto photo = photo_like({160, 120}, 3);
  std::size_t before = 0;
  for (const auto& [quality, least_psnr] : {std::pair{30, 22.0}, {60, 26.0}, {90, 34.0}, {100, 40.0}}) {
    const auto file = encode_image(photo, avif(quality)).value();
    EXPECT_GT(test::psnr(decoded(file), photo), least_psnr) << quality;
    EXPECT_GT(file.size(), before) << quality;
    before = file.size();
  }
}

TEST(Avif, WithLossKeepsAlphaClose) {
  const auto photo = photo_like({96, 64}, 4);
  const auto back = decoded(encode_image(photo, avif(90)).value());
  ASSERT_EQ(back.channels, 4);
  for (const int x : {2, 30, 60, 93}) EXPECT_NEAR(pixel_at(back, x, 20)[3], pixel_at(photo, x, 20)[3], 12) << x;
}

TEST(Avif, HalvesTheColourOnlyWhenAsked) {
  auto stripes = test::solid({64, 64}, 3, {230, 20, 20});
  for (int x = 0; x < 64; x += 2) test::paint(stripes, {x, 0, 1, 64}, {20, 20, 230});
  auto encoding = avif(95);
  const auto whole = decoded(encode_image(stripes, encoding).value());
  encoding.chroma_subsampling = ChromaSubsampling::yuv420;
  const auto half = decoded(encode_image(stripes, encoding).value());
  EXPECT_GT(test::psnr(whole, stripes), 30.0);
  EXPECT_LT(test::psnr(half, stripes), 20.0);
}

TEST(Avif, TakesGrey) {
  const auto back = decoded(encode_image(photo_like({40, 30}, 1), lossless()).value());
  const auto photo = photo_like({40, 30}, 1);
  for (int i = 0; i < 1200; ++i)
    ASSERT_EQ(pixel_at(back, i % 40, i / 40)[i % 3], photo.pixels[static_cast<std::size_t>(i)]);
}

TEST(Avif, RefusesNumbersOutOfRange) {
  const auto photo = photo_like({8, 8}, 3);
  auto encoding = avif(80);
  encoding.effort = 10;
  EXPECT_THAT(encode_image(photo, encoding), FailsSaying(Errc::invalid_argument, HasSubstr("effort: expected 0..9")));
  encoding = avif(80);
  encoding.bit_depth = 16;
  EXPECT_THAT(encode_image(photo, encoding), FailsSaying(Errc::invalid_argument, HasSubstr("bit_depth")));
}

class AvifDepth : public testing::TestWithParam<int> {};

TEST_P(AvifDepth, KeepsEveryShadeOfItsDepth) {
  const int depth = GetParam();
  const unsigned most = (1U << static_cast<unsigned>(depth)) - 1U;
  AvifSpec spec{{64, 32}, depth, 3, {}};
  for (unsigned i = 0; i < 64 * 32 * 3; ++i) spec.samples.push_back(static_cast<std::uint16_t>(i * 5 % (most + 1)));
  const Bytes file = build_avif(spec);
  const auto info = inspect_image(file).value();
  EXPECT_EQ(info.bits_per_channel, depth);
  const auto header = detail::read_avif_header(file, {}).value();
  const auto raw = detail::decode_avif(file, header, detail::Stop()).value();
  ASSERT_EQ(raw.bits, depth == 8 ? 8 : 16);
  for (std::size_t i = 0; i < spec.samples.size(); ++i) {
    const std::uint16_t sample = raw.bits == 16 ? raw.deep_samples[i] : raw.samples[i];
    const double exact = spec.samples[i] * (raw.bits == 16 ? 65'535.0 : 255.0) / most;
    ASSERT_NEAR(sample, exact, 1.0) << "sample " << i;
  }
}

TEST_P(AvifDepth, IsWrittenAsAsked) {
  Encoding encoding = lossless();
  encoding.bit_depth = GetParam();
  const auto photo = photo_like({48, 32}, 3);
  const Bytes file = encode_image(photo, encoding).value();
  EXPECT_EQ(inspect_image(file).value().bits_per_channel, GetParam());
  EXPECT_EQ(decoded(file).pixels, photo.pixels) << "eight bits survive in more";
}

INSTANTIATE_TEST_SUITE_P(Depths, AvifDepth, testing::Values(8, 10, 12));

TEST(Avif, OfTenBitsHasMoreShadesThanEightWhenResized) {
  AvifSpec spec{{256, 16}, 10, 3, {}};
  for (int i = 0; i < 256 * 16; ++i)
    spec.samples.insert(spec.samples.end(), 3, static_cast<std::uint16_t>(i % 256 * 4 + i / 1024));
  RenditionSpec png{{200, 12}, {}, {ImageFormat::png}};
  png.encoding.bit_depth = 16;
  const Bytes out = test::rendered_file(build_avif(spec), png);
  EXPECT_EQ(inspect_image(out).value().bits_per_channel, 16);
}

Bitmap mirrored(const Bitmap& picture, int mode) {
  auto out = picture;
  for (int y = 0; y < picture.size.height; ++y) {
    for (int x = 0; x < picture.size.width; ++x) {
      const auto pixel = mode == 0 ? pixel_at(picture, x, picture.size.height - 1 - y)
                                   : pixel_at(picture, picture.size.width - 1 - x, y);
      test::paint(out, {x, y, 1, 1}, pixel);
    }
  }
  return out;
}

Bitmap turned_left(const Bitmap& picture) {
  auto out = test::solid({picture.size.height, picture.size.width}, picture.channels, {});
  for (int y = 0; y < out.size.height; ++y) {
    for (int x = 0; x < out.size.width; ++x) {
      test::paint(out, {x, y, 1, 1}, pixel_at(picture, picture.size.width - 1 - y, x));
    }
  }
  return out;
}

// quarter turns, and 0 no mirror, 1 top and bottom, 2 left and right. A file is turned first, then mirrored.
class AvifTurned : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(AvifTurned, IsUpright) {
  const auto [turns, mirror] = GetParam();
  const auto stored = photo_like({20, 12}, 3);
  auto spec = avif_spec_of(stored);
  spec.quarter_turns_left = turns;
  if (mirror > 0) spec.mirror = mirror - 1;
  auto expected = stored;
  for (int i = 0; i < turns; ++i) expected = turned_left(expected);
  if (mirror > 0) expected = mirrored(expected, mirror - 1);
  const Bytes file = build_avif(spec);
  const auto info = inspect_image(file).value();
  EXPECT_EQ(info.stored_size, stored.size);
  EXPECT_EQ(info.size, expected.size);
  EXPECT_EQ(decoded(file).pixels, expected.pixels);
}

INSTANTIATE_TEST_SUITE_P(All, AvifTurned, testing::Combine(testing::Values(0, 1, 2, 3), testing::Values(0, 1, 2)));

TEST(Avif, DoesNotTurnByExifBesideItsOwnProperties) {
  auto spec = avif_spec_of(photo_like({20, 12}, 3));
  spec.exif = test::exif_with_orientation(6, true);
  EXPECT_EQ(inspect_image(build_avif(spec)).value().size, (PixelSize{20, 12}));
}

TEST(Avif, ShowsOnlyItsCleanAperture) {
  const auto stored = photo_like({40, 30}, 4);
  auto spec = avif_spec_of(stored);
  spec.shown = PixelRect{6, 4, 20, 16};
  const Bytes file = build_avif(spec);
  EXPECT_EQ(inspect_image(file).value().size, (PixelSize{20, 16}));
  const auto picture = decoded(file);
  ASSERT_EQ(picture.size, (PixelSize{20, 16}));
  for (int i = 0; i < 320; ++i) ASSERT_EQ(pixel_at(picture, i % 20, i / 20), pixel_at(stored, 6 + i % 20, 4 + i / 20));
}

TEST(Avif, CutsBeforeItTurns) {
  const auto stored = photo_like({40, 30}, 3);
  auto spec = avif_spec_of(stored);
  spec.shown = PixelRect{6, 4, 20, 16};
  spec.quarter_turns_left = 1;
  const auto picture = decoded(build_avif(spec));
  ASSERT_EQ(picture.size, (PixelSize{16, 20}));
  EXPECT_EQ(pixel_at(picture, 0, 0), pixel_at(stored, 25, 4)) << "what was top right is top left";
}

TEST(Avif, ObeysItsProfile) {
  auto spec = avif_spec_of(test::solid({16, 16}, 3, {255, 0, 0}));
  spec.icc = test::swapped_red_green_profile();
  const Bytes file = build_avif(spec);
  EXPECT_TRUE(inspect_image(file).value().has_icc);
  const auto pixel = pixel_at(decoded(file), 8, 8);
  EXPECT_LE(pixel[0], 3);
  EXPECT_GE(pixel[1], 252);
  ImageLimits limits;
  limits.max_icc_bytes = 10;
  EXPECT_EQ(pixel_at(decode_image(file, limits).value(), 8, 8)[0], 255);
}

TEST(Avif, SaysInWhichSpaceItsNumbersPutTheColours) {
  auto spec = avif_spec_of(test::solid({16, 16}, 3, {200, 100, 0}));
  EXPECT_THAT(inspect_image(build_avif(spec)).value().notes, testing::IsEmpty());
  EXPECT_EQ(inspect_image(build_avif(spec)).value().colour_space, "sRGB");
  spec.primaries = 12;
  EXPECT_THAT(inspect_image(build_avif(spec)).value().notes, testing::ElementsAre(HasSubstr("(Display P3)")));
  EXPECT_EQ(inspect_image(build_avif(spec)).value().colour_space, "Display P3");
  EXPECT_EQ(pixel_at(decoded(build_avif(spec)), 3, 3)[0], 215) << "the red of P3 is redder";
}

TEST(Avif, ObeysItsProfileAndNotTheNumbersBesideIt) {
  auto spec = avif_spec_of(test::solid({16, 16}, 3, {200, 100, 0}));
  spec.primaries = 9;
  spec.curve = 16;
  spec.icc = test::srgb_profile();
  EXPECT_EQ(pixel_at(decoded(build_avif(spec)), 3, 3), (test::Pixel{200, 100, 0, 255}));
  EXPECT_THAT(inspect_image(build_avif(spec)).value().notes, testing::IsEmpty());
}

TEST(Avif, OfHighDynamicRangeIsToneMappedOrRefused) {
  for (const int curve : {16, 18}) {
    auto spec = avif_spec_of(test::solid({16, 16}, 3, {120, 120, 120}));
    spec.primaries = 9;
    spec.curve = curve;
    const Bytes file = build_avif(spec);
    EXPECT_THAT(inspect_image(file).value().notes, testing::ElementsAre(HasSubstr("high dynamic range")));
    ImageLimits limits;
    limits.hdr = HdrPictures::refuse;
    EXPECT_THAT(decode_image(file, limits), FailsSaying(Errc::unsupported, HasSubstr("high dynamic range")));
  }
}

TEST(Avif, CarriesItsProvenanceInside) {
  RenditionSpec spec{{32, 32}, {}, avif(60)};
  spec.provenance = Provenance{};
  spec.provenance->model = "a-model";
  const auto made = render(photo_like({32, 32}, 3), spec).value();
  const auto found = find_provenance(made.image.bytes);
  EXPECT_EQ(found.model, "a-model");
  EXPECT_EQ(found.digital_source_type, "trainedAlgorithmicMedia");
  spec.provenance.reset();
  EXPECT_EQ(find_provenance(render(photo_like({32, 32}, 3), spec).value().image.bytes), FoundProvenance{});
}

TEST(Avif, OfASequenceGivesTheFirstFrame) {
  const auto photo = photo_like({32, 24}, 3);
  auto spec = avif_spec_of(photo);
  spec.frames = 3;
  const Bytes file = build_avif(spec);
  const auto info = inspect_image(file).value();
  EXPECT_TRUE(info.animated);
  EXPECT_EQ(info.frames, 3);
  EXPECT_EQ(decoded(file).pixels, photo.pixels);
  ImageLimits limits;
  limits.max_frames = 2;
  EXPECT_THAT(decode_image(file, limits), FailsSaying(Errc::limit_exceeded, HasSubstr("frames")));
}

TEST(Avif, GivesTheSameBytesForEqualPictures) {
  const auto photo = photo_like({96, 64}, 3);
  EXPECT_EQ(encode_image(photo, avif(60)).value(), encode_image(photo, avif(60)).value());
}

TEST(Avif, IsRefusedWhenItEndsEarly) {
  auto file = encode_image(photo_like({64, 48}, 3), avif(80)).value();
  file.resize(file.size() * 2 / 3);
  EXPECT_THAT(decode_image(file), FailsWith(Errc::corrupt_data));
}

}  // namespace
}  // namespace imagegen
