// Colours that are given by numbers and not by a profile.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/renditions.hpp>

#include <cmath>

#include "image/support/colour_reference.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/profiles.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::pixel_at;
using test::PngSpec;
using test::RgbSpace;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array<double, 8> kBt709Xy = {0.3127, 0.3290, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060};
constexpr std::array<double, 8> kBt2020Xy = {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046};
constexpr std::array<double, 8> kDisplayP3Xy = {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060};
constexpr std::array<double, 8> kAdobeXy = {0.3127, 0.3290, 0.640, 0.330, 0.210, 0.710, 0.150, 0.060};
constexpr std::array<double, 8> kOwnXy = {0.3457, 0.3585, 0.60, 0.35, 0.28, 0.62, 0.16, 0.08};

using Chunks = std::vector<std::pair<std::string, Bytes>>;

Bytes be32(std::initializer_list<double> values) {
  Bytes data;
  for (const double value : values) {
    const auto number = static_cast<std::uint32_t>(std::lround(value * 100'000));
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(number >> shift));
  }
  return data;
}

std::pair<std::string, Bytes> gama(double value) {
  return {"gAMA", be32({value})};
}
std::pair<std::string, Bytes> chrm(const std::array<double, 8>& xy) {
  return {"cHRM", be32({xy[0], xy[1], xy[2], xy[3], xy[4], xy[5], xy[6], xy[7]})};
}
std::pair<std::string, Bytes> cicp(std::uint8_t primaries, std::uint8_t transfer, std::uint8_t full_range = 1) {
  return {"cICP", Bytes{primaries, transfer, 0, full_range}};
}

struct SignalCase {
  const char* space;  // as ImageInfo calls it
  Chunks chunks;
  RgbSpace reference;
};

const std::vector<double> kSrgbCurve = {2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045};
const std::vector<double> kBt709Curve = {1 / 0.45, 1 / 1.0993, 0.0993 / 1.0993, 1 / 4.5, 0.0812};

std::vector<SignalCase> signal_cases() {
  return {{"Display P3", {cicp(12, 13)}, {kDisplayP3Xy, 4, kSrgbCurve}},
          {"BT.2020, BT.709", {cicp(9, 14)}, {kBt2020Xy, 4, kBt709Curve}},
          {"BT.2020", {cicp(9, 13)}, {kBt2020Xy, 4, kSrgbCurve}},
          {"BT.709, linear", {cicp(1, 8)}, {kBt709Xy, 1, {1.0}}},
          {"BT.709, gamma 2.2", {gama(1 / 2.2)}, {kBt709Xy, 1, {2.2}}},
          {"own primaries, gamma 2.2", {gama(1 / 2.2), chrm(kAdobeXy)}, {kAdobeXy, 1, {2.2}}},
          {"own primaries, gamma 1.8", {gama(1 / 1.8), chrm(kOwnXy)}, {kOwnXy, 1, {1.8}}},
          {"own primaries, linear", {gama(1.0), chrm(kOwnXy)}, {kOwnXy, 1, {1.0}}},
          {"own primaries", {chrm(kOwnXy)}, {kOwnXy, 4, kSrgbCurve}}};
}

// A lattice of colours, in a row.
PngSpec lattice(int bits, Chunks chunks) {
  constexpr int kSteps = 5;
  PngSpec spec{{kSteps * kSteps * kSteps, 1}, bits, 2, {}};
  spec.chunks = std::move(chunks);
  const int most = bits == 16 ? 65'535 : 255;
  for (int i = 0; i < spec.size.width; ++i) {
    for (const int digit : {i % kSteps, i / kSteps % kSteps, i / (kSteps * kSteps)}) {
      spec.samples.push_back(static_cast<std::uint16_t>(digit * most / (kSteps - 1)));
    }
  }
  return spec;
}

std::array<double, 3> colour_at(const PngSpec& spec, int i) {
  const double most = spec.bit_depth == 16 ? 65'535.0 : 255.0;
  const auto sample = [&](int c) { return spec.samples[static_cast<std::size_t>(3 * i + c)] / most; };
  return {sample(0), sample(1), sample(2)};
}

TEST(ColourSignal, OfAPngIsConvertedWithinADeltaEOfTwo) {
  for (const auto& known : signal_cases()) {
    for (const int bits : {8, 16}) {
      const auto spec = lattice(bits, known.chunks);
      const Bytes file = build_png(spec);
      const auto info = inspect_image(file).value();
      EXPECT_EQ(info.colour_space, known.space);
      EXPECT_THAT(info.notes, ElementsAre(HasSubstr(std::string("(") + known.space + ")"))) << known.space;
      const auto picture = decode_image(file).value();
      for (int i = 0; i < spec.size.width; ++i) {
        const auto found = test::lab_of_srgb(pixel_at(picture, i, 0));
        const auto wanted = test::lab_through_srgb(known.reference, colour_at(spec, i));
        ASSERT_LT(test::delta_e(found, wanted), 2.0) << known.space << ", " << bits << " bits, colour " << i;
      }
    }
  }
}

TEST(ColourSignal, IsObeyedInRenditionsToo) {
  PngSpec spec{{8, 8}, 8, 2, std::vector<std::uint16_t>(192, 55)};
  spec.chunks = {gama(1.0)};
  const auto made = test::rendered_file(build_png(spec), {{4, 4}, {}, {ImageFormat::png, 90, 4}});
  EXPECT_EQ(pixel_at(decode_image(made).value(), 2, 2)[0], 128);
}

TEST(ColourSignal, KeepsGreyGreyAndAlphaAsItIs) {
  PngSpec spec{{1, 1}, 8, 4, {128, 33}};
  spec.chunks = {gama(1.0), chrm(kOwnXy)};
  EXPECT_THAT(pixel_at(decode_image(build_png(spec)).value(), 0, 0), ElementsAre(188, 188, 188, 33));
}

TEST(ColourSignal, IsObeyedForPalettes) {
  PngSpec spec{{1, 1}, 8, 3, {0}, {128, 128, 128}};
  spec.chunks = {gama(1.0)};
  EXPECT_EQ(pixel_at(decode_image(build_png(spec)).value(), 0, 0)[0], 188);
}

// PNG, third edition, 4.3.
TEST(ColourSignal, OfHigherOrderGoesBeforeAllOthers) {
  const Bytes green_profile = test::swapped_red_green_profile();
  PngSpec spec{{1, 1}, 8, 2, {200, 10, 10}};
  const auto red_of = [&](Chunks chunks, const Bytes& icc) {
    spec.chunks = std::move(chunks);
    spec.icc = icc;
    return pixel_at(decode_image(build_png(spec)).value(), 0, 0)[0];
  };
  EXPECT_EQ(red_of({cicp(1, 13), gama(1.0)}, green_profile), 200) << "cICP before iCCP";
  EXPECT_LT(red_of({gama(1.0), {"sRGB", {0}}}, green_profile), 30) << "iCCP before sRGB and gAMA";
  EXPECT_EQ(red_of({gama(1.0), chrm(kOwnXy), {"sRGB", {0}}}, {}), 200) << "sRGB before gAMA";
  EXPECT_GT(red_of({gama(1.0)}, {}), 220);
  EXPECT_GT(red_of({gama(1.0)}, Bytes(200, 7)), 220) << "a broken profile does not count";
}

TEST(ColourSignal, WithoutMeaningIsIgnored) {
  PngSpec spec{{1, 1}, 8, 2, {200, 10, 10}};
  for (const auto& chunk : {gama(0.0), gama(0.004), chrm({0, 0, 0, 0, 0, 0, 0, 0}),
                            chrm({0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3}),
                            chrm({0.9, 0.1, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06})}) {
    spec.chunks = {chunk};
    const Bytes file = build_png(spec);
    EXPECT_THAT(pixel_at(decode_image(file).value(), 0, 0), ElementsAre(200, 10, 10, 255));
    EXPECT_THAT(inspect_image(file).value().notes, ElementsAre(HasSubstr("impossible values")));
  }
  for (const auto& chunk : {cicp(2, 2), cicp(3, 13), cicp(1, 99)}) {
    spec.chunks = {chunk};
    EXPECT_THAT(pixel_at(decode_image(build_png(spec)).value(), 0, 0), ElementsAre(200, 10, 10, 255));
  }
}

TEST(ColourSignal, OfSrgbChangesNothingAndSaysNothing) {
  for (const auto& chunk : {cicp(1, 13), cicp(1, 1), std::pair(std::string("sRGB"), Bytes{0}), chrm(kBt709Xy)}) {
    const auto spec = lattice(8, {chunk});
    const Bytes file = build_png(spec);
    EXPECT_EQ(decode_image(file).value().pixels, Bytes(spec.samples.begin(), spec.samples.end()));
    EXPECT_THAT(inspect_image(file).value().notes, IsEmpty());
    EXPECT_EQ(inspect_image(file).value().colour_space, "sRGB");
  }
}

TEST(ColourSignal, OfANarrowRangeIsStretched) {
  PngSpec spec{{4, 1}, 8, 0, {0, 16, 235, 255}};
  spec.chunks = {cicp(1, 13, 0)};
  const auto picture = decode_image(build_png(spec)).value();
  for (const auto& [x, shade] : {std::pair{0, 0}, {1, 0}, {2, 255}, {3, 255}}) {
    EXPECT_EQ(pixel_at(picture, x, 0)[0], shade);
  }
}

// cd/m2 as a PQ sample of 16 bits, by BT.2100.
std::uint16_t pq_of(double light) {
  const double y = std::pow(light / 10'000, 0.1593017578125);
  const double sample = std::pow((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y), 78.84375);
  return static_cast<std::uint16_t>(std::lround(sample * 65'535));
}

double light_of_srgb_byte(int value) {
  const double v = value / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

PngSpec pq_greys(std::initializer_list<double> lights) {
  PngSpec spec{{static_cast<int>(lights.size()), 1}, 16, 0, {}};
  for (const double light : lights) spec.samples.push_back(pq_of(light));
  spec.chunks = {cicp(9, 16)};
  return spec;
}

TEST(HighDynamicRange, KeepsTheLightOfItsDarkerPart) {
  const auto lights = {1.0, 5.0, 20.0, 60.0, 90.0};
  const auto picture = decode_image(build_png(pq_greys(lights))).value();
  int x = 0;
  for (const double light : lights) {
    EXPECT_NEAR(light_of_srgb_byte(pixel_at(picture, x++, 0)[0]), light / 203, 0.004) << light << " cd/m2";
  }
}

TEST(HighDynamicRange, PressesWhatIsBrighterBelowWhite) {
  const auto picture = decode_image(build_png(pq_greys({90, 203, 400, 700, 1000, 4000}))).value();
  for (int x = 1; x < 4; ++x) EXPECT_GT(pixel_at(picture, x, 0)[0], pixel_at(picture, x - 1, 0)[0]) << x;
  EXPECT_NEAR(pixel_at(picture, 1, 0)[0], 228, 3) << "paper, by the spline of BT.2390";
  EXPECT_EQ(pixel_at(picture, 4, 0)[0], 255);
  EXPECT_EQ(pixel_at(picture, 5, 0)[0], 255);
}

TEST(HighDynamicRange, ShowsThePaperOfHlgAsThatOfPq) {
  PngSpec spec{{2, 1}, 16, 0, {49'151, 65'535}};  // 75 % are 203 cd/m2 (BT.2408)
  spec.chunks = {cicp(9, 18)};
  const auto picture = decode_image(build_png(spec)).value();
  EXPECT_NEAR(pixel_at(picture, 0, 0)[0], 228, 3);
  EXPECT_EQ(pixel_at(picture, 1, 0)[0], 255);
}

TEST(HighDynamicRange, KeepsTheHueOfWhatIsBright) {
  PngSpec spec{{1, 1}, 16, 2, {pq_of(900), pq_of(450), pq_of(450)}};
  spec.chunks = {cicp(1, 16)};
  const auto pixel = pixel_at(decode_image(build_png(spec)).value(), 0, 0);
  EXPECT_NEAR(light_of_srgb_byte(pixel[1]) / light_of_srgb_byte(pixel[0]), 0.5, 0.02);
}

TEST(HighDynamicRange, IsToldOrRefused) {
  const Bytes file = build_png(pq_greys({100}));
  EXPECT_EQ(inspect_image(file).value().colour_space, "BT.2020, PQ");
  EXPECT_THAT(inspect_image(file).value().notes, ElementsAre(HasSubstr("tone-mapped")));
  ImageLimits limits;
  limits.hdr = HdrPictures::refuse;
  EXPECT_THAT(inspect_image(file, limits), FailsSaying(Errc::unsupported, HasSubstr("BT.2020, PQ")));
  EXPECT_THAT(decode_image(file, limits), FailsSaying(Errc::unsupported, HasSubstr("refuse")));
  EXPECT_THAT(decode_image(build_png(lattice(8, {cicp(12, 13)})), limits), test::IsOk()) << "only HDR is refused";
}

}  // namespace
}  // namespace imagegen
