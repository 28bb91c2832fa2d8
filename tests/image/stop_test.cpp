// Work on a picture ends when nobody wants it, or when it takes too long.
#include "image/stop.hpp"

#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include "image/raw_picture.hpp"
#include "image/rendering.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/render_outputs.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;
using test::FailsSaying;
using test::FailsWith;
using testing::HasSubstr;

struct Kind {
  std::string name;
  Bytes file;
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}

Bytes jpeg_file(bool progressive) {
  const auto photo = test::photo_like({200, 150}, 3);
  test::JpegSpec spec{photo.size, test::JpegSpec::Kind::ycbcr, photo.pixels};
  spec.progressive = progressive;
  return build_jpeg(spec);
}

Bytes interlaced_png_file() {
  test::PngSpec spec{{100, 80}, 16, 6, test::ramp(32'000, 16, 77)};
  spec.interlaced = true;
  return build_png(spec);
}

std::vector<Kind> kinds() {
  const auto photo = test::photo_like({200, 150}, 3);
  std::vector<Kind> all = {{"png", encode_png(photo).value()},
                           {"interlaced_deep_png", interlaced_png_file()},
                           {"jpeg", jpeg_file(false)},
                           {"progressive_jpeg", jpeg_file(true)},
                           {"webp", encode_image(photo, {}).value()},
                           {"lossless_webp", test::build_lossless_webp(photo)}};
  if (can_encode(ImageFormat::avif)) all.push_back({"avif", encode_image(photo, {ImageFormat::avif, 50, 0}).value()});
  return all;
}

class StoppedDecoding : public testing::TestWithParam<Kind> {};

TEST_P(StoppedDecoding, SaysThatItWasCancelled) {
  const Bytes& file = GetParam().file;
  const auto header = detail::read_header(file, {}).value();
  const std::atomic<bool> cancelled = true;
  for (const bool planes : {false, true}) {
    const detail::MasterNeeds needs{!planes, planes, 1};
    EXPECT_THAT(detail::decode_master(file, header, needs, detail::Stop(&cancelled)), FailsWith(Errc::cancelled));
    EXPECT_THAT(detail::decode_master(file, header, needs, detail::Stop()), test::IsOk());
  }
}

TEST_P(StoppedDecoding, SaysThatItTookTooLong) {
  ImageLimits limits;
  limits.max_time = milliseconds(0);
  EXPECT_THAT(decode_image(GetParam().file, limits), FailsSaying(Errc::limit_exceeded, HasSubstr("at most 0 ms")));
  EXPECT_THAT(inspect_image(GetParam().file, limits), test::IsOk()) << "the header costs nothing";
}

TEST_P(StoppedDecoding, EndsRenderAllWithThatError) {
  ImageLimits limits;
  limits.max_time = milliseconds(0);
  const auto rendered = test::render_outputs(GetParam().file, {{{20, 20}, {}, {}}}, 1, limits);
  EXPECT_THAT(rendered.done, FailsWith(Errc::limit_exceeded));
  EXPECT_FALSE(rendered.outputs[0].has_value());
}

INSTANTIATE_TEST_SUITE_P(Kinds, StoppedDecoding, testing::ValuesIn(kinds()),
                         [](const auto& info) { return info.param.name; });

// Every step of an output asks, not only the first.
TEST(StoppedRendering, EndsInEveryFormatAndPath) {
  const auto photo = test::photo_like({64, 48}, 3);
  std::vector<RenditionSpec> specs;
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png, ImageFormat::avif}) {
    if (can_encode(format)) specs.push_back({{32, 24}, {}, {format}});
  }
  specs.push_back(specs[0]);
  specs.back().encoding.lossless = true;
  specs.push_back(specs[0]);
  specs.back().blur_sigma = 2.0F;
  specs.push_back(specs[2]);
  specs.back().encoding.progressive = true;
  const auto master = detail::borrowed_master(photo);
  const detail::Stop late(nullptr, milliseconds(0));
  for (const auto& spec : specs) {
    EXPECT_THAT(detail::render_master(master, spec, late), FailsWith(Errc::limit_exceeded));
    EXPECT_THAT(detail::render_master(master, spec, detail::Stop()), test::IsOk());
  }
}

TEST(Stop, IsNotAskedForByNothing) {
  EXPECT_FALSE(detail::Stop().requested());
  EXPECT_FALSE(detail::Stop(nullptr).requested());
  EXPECT_FALSE(detail::Stop(nullptr, milliseconds::max()).requested()) << "a limit that overflows the clock";
}

TEST(Stop, TellsCancellingFromTakingTooLong) {
  std::atomic<bool> cancelled = false;
  const detail::Stop stop(&cancelled, std::chrono::hours(1));
  EXPECT_FALSE(stop.requested());
  cancelled = true;
  EXPECT_TRUE(stop.requested());
  EXPECT_EQ(stop.error().code, Errc::cancelled);
  EXPECT_EQ(detail::Stop(nullptr, milliseconds(-5)).error().code, Errc::limit_exceeded);
}

TEST(ImageLimits, BoundTheFramesOfAnAnimation) {
  ImageLimits limits;
  limits.max_frames = 2;
  const auto frame = test::solid({16, 16}, 3, {});
  const auto two = test::build_animated_webp({16, 16}, {frame, test::solid({16, 16}, 3, {9, 9, 9})});
  const auto three = test::build_animated_webp({16, 16}, {frame, test::solid({16, 16}, 3, {9, 9, 9}), frame});
  EXPECT_EQ(inspect_image(three).value().frames, 3);
  EXPECT_THAT(decode_image(two, limits), test::IsOk());
  EXPECT_THAT(decode_image(three, limits), FailsSaying(Errc::limit_exceeded, HasSubstr("frames: expected at most 2")));
}

TEST(ImageLimits, BoundTheFramesOfAnAnimatedPng) {
  test::PngSpec spec{{4, 4}, 8, 0, test::ramp(16, 8)};
  spec.chunks = {{"acTL", {0, 0, 0, 7, 0, 0, 0, 0}}};
  for (int i = 0; i < 7; ++i) spec.chunks.emplace_back("fcTL", Bytes(26));
  const Bytes file = build_png(spec);
  const auto info = inspect_image(file).value();
  EXPECT_TRUE(info.animated);
  EXPECT_EQ(info.frames, 7);
  EXPECT_THAT(info.notes, testing::Contains(HasSubstr("7 frames")));
  ImageLimits limits;
  limits.max_frames = 6;
  EXPECT_THAT(decode_image(file, limits), FailsSaying(Errc::limit_exceeded, HasSubstr("got 7")));
}

// One frame is read, whatever the file says of others.
TEST(ImageLimits, CountTheFramesOfAnAnimatedPngThatAreThere) {
  test::PngSpec spec{{4, 4}, 8, 0, test::ramp(16, 8)};
  spec.chunks = {{"acTL", {0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0}}, {"fcTL", Bytes(26)}};
  const Bytes file = build_png(spec);
  EXPECT_THAT(decode_image(file), test::IsOk());
  const auto info = inspect_image(file).value();
  EXPECT_TRUE(info.animated);
  EXPECT_EQ(info.frames, 1);
  EXPECT_THAT(info.notes, testing::Contains(HasSubstr("says it has 2147483647 frames, and has 1.")));
}

}  // namespace
}  // namespace imagegen
