// One input has one output: on every instruction set, for any number of threads, whatever else is made of it.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <random>

#include "image/rendering.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/render_outputs.hpp"
#include "image/support/simd_targets.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::rendered_file;
using test::rendered_files;

struct Source {
  std::string name;
  Bytes file;
};

void PrintTo(const Source& source, std::ostream* out) {
  *out << source.name;
}

constexpr PixelSize kSize{103, 71};

Bytes jpeg_file(PixelSize sampling, int orientation) {
  const auto photo = test::photo_like(kSize, 3);
  test::JpegSpec spec{photo.size, test::JpegSpec::Kind::ycbcr, photo.pixels, 90};
  spec.sampling = sampling;
  spec.exif = test::exif_with_orientation(orientation, true);
  return build_jpeg(spec);
}

Bytes grey_jpeg_file() {
  const auto photo = test::photo_like(kSize, 1);
  return test::build_jpeg({photo.size, test::JpegSpec::Kind::grey, photo.pixels, 90});
}

Bytes deep_file(int colour_type) {
  const auto channels = static_cast<std::size_t>(colour_type == 2 ? 3 : 4);
  return test::build_png({kSize, 16, colour_type, test::ramp(103 * 71 * channels, 16, 101)});
}

std::vector<Source> sources() {
  return {{"rgb_png", encode_png(test::photo_like(kSize, 3)).value()},
          {"rgba_png", encode_png(test::photo_like(kSize, 4)).value()},
          {"deep_png", deep_file(2)},
          {"deep_alpha_png", deep_file(6)},
          {"jpeg_420", jpeg_file({2, 2}, 1)},
          {"jpeg_422", jpeg_file({2, 1}, 1)},
          {"jpeg_444", jpeg_file({1, 1}, 1)},
          {"jpeg_411", jpeg_file({4, 1}, 1)},
          {"jpeg_turned", jpeg_file({2, 2}, 6)},
          {"grey_jpeg", grey_jpeg_file()}};
}

RenditionSpec with(RenditionSpec spec, void (*change)(RenditionSpec&)) {
  change(spec);
  return spec;
}

Overlay watermark() {
  Overlay overlay;
  overlay.picture = std::make_shared<Bitmap>(test::photo_like({23, 17}, 4));
  overlay.scale = 0.3F, overlay.opacity = 0.7F, overlay.tiled = true;
  return overlay;
}

// All ways through the engine. None is so small that a JPEG is decoded smaller.
std::vector<RenditionSpec> all_paths() {
  const RenditionSpec webp{{80, 61}, {}, {ImageFormat::webp, 80, 2}};
  const RenditionSpec jpeg{{91, 53}, {}, {ImageFormat::jpeg, 85}};
  const RenditionSpec png{{130, 67}, {}, {ImageFormat::png}};
  return {webp,
          jpeg,
          png,
          with(webp, [](RenditionSpec& s) { s.encoding.lossless = true; }),
          with(webp, [](RenditionSpec& s) { s.resize.linear_light = true; }),
          with(webp, [](RenditionSpec& s) { s.blur_sigma = 3.0F; }),
          with(webp, [](RenditionSpec& s) { s.fit = Fit::contain; }),
          with(webp, [](RenditionSpec& s) { s.position = parse_crop_position("attention").value(); }),
          with(jpeg, [](RenditionSpec& s) { s.position = parse_crop_position("entropy").value(); }),
          with(png, [](RenditionSpec& s) { s.position = parse_crop_position("attention").value(); }),
          with(jpeg, [](RenditionSpec& s) { s.encoding.chroma_subsampling = ChromaSubsampling::yuv444; }),
          with(jpeg, [](RenditionSpec& s) { s.encoding.progressive = true; }),
          with(jpeg, [](RenditionSpec& s) { s.fit = Fit::contain; }),
          with(png, [](RenditionSpec& s) { s.encoding.bit_depth = 16; }),
          with(png, [](RenditionSpec& s) { s.resize.kernel = s.resize.enlarge_kernel = ResizeKernel::mitchell; }),
          with(png, [](RenditionSpec& s) { s.flatten = true; }),
          with(png, [](RenditionSpec& s) { s.encoding.colours = 60; }),
          with(jpeg, [](RenditionSpec& s) { s.fit = Fit::inside; }),
          with(webp, [](RenditionSpec& s) { s.rotate = 90, s.flop = true; }),
          with(jpeg, [](RenditionSpec& s) { s.flip = true, s.size.height = 0; }),
          with(png, [](RenditionSpec& s) { s.rotate = 270, s.position = parse_crop_position("attention").value(); }),
          with(webp,
               [](RenditionSpec& s) {
                 s.extract = PixelRect{3, 5, 60, 41}, s.trim = Trim{40};
               }),
          with(webp, [](RenditionSpec& s) { s.sharpen = Sharpen{}, s.blur_sigma = 0.5F; }),
          with(png, [](RenditionSpec& s) { s.sharpen = Sharpen{3.0F}, s.encoding.bit_depth = 16; }),
          with(jpeg,
               [](RenditionSpec& s) {
                 s.extend = {3, 0, 7, 5}, s.extend_with = MarginFill::mirror;
               }),
          with(png, [](RenditionSpec& s) {
            s.overlays = {watermark()}, s.extend = {1, 2, 3, 4};
          })};
}

class SameBytes : public testing::TestWithParam<Source> {};

TEST_P(SameBytes, OnEveryTarget) {
  const auto expected = rendered_files(GetParam().file, all_paths());
  test::on_every_target([&] {
    const auto found = rendered_files(GetParam().file, all_paths());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]) << "output " << i;
  });
}

TEST_P(SameBytes, ForAnyNumberOfThreads) {
  const auto expected = rendered_files(GetParam().file, all_paths(), 1);
  for (const std::size_t threads : {2U, 8U}) {
    const auto found = rendered_files(GetParam().file, all_paths(), threads);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]) << "output " << i;
  }
}

TEST_P(SameBytes, WhateverElseIsMade) {
  const auto specs = all_paths();
  const auto together = rendered_files(GetParam().file, specs);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    EXPECT_EQ(rendered_file(GetParam().file, specs[i]), together[i]) << "output " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Sources, SameBytes, testing::ValuesIn(sources()),
                         [](const auto& info) { return info.param.name; });

TEST(Render, GivesTheBytesOfRenderAllForAPng) {
  for (const int channels : {3, 4}) {
    const auto photo = test::photo_like(kSize, channels);
    const auto file = encode_png(photo).value();
    const auto specs = all_paths();
    const auto expected = rendered_files(file, specs);
    for (std::size_t i = 0; i < specs.size(); ++i) {
      EXPECT_EQ(render(photo, specs[i]).value().image.bytes, expected[i]) << channels << " channels, output " << i;
    }
  }
}

// Where two windows are nearly alike, the least difference of the copies that are looked at decides.
TEST(CropBox, IsTheCropOfRenderAndOfRenderAll) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    auto photo = test::solid({400, 60}, 3, {});
    for (auto& sample : photo.pixels) sample = static_cast<std::uint8_t>(random() % 256);
    const auto file = encode_png(photo).value();
    for (const char* rule : {"attention", "entropy"}) {
      RenditionSpec spec{{60, 60}, parse_crop_position(rule).value(), {ImageFormat::webp, 50, 0}};
      const auto expected = crop_box(photo, spec).value();
      EXPECT_EQ(render(photo, spec).value().crop, expected);
      RenditionSpec png = spec;
      png.encoding = {ImageFormat::png};
      const std::vector<std::vector<RenditionSpec>> calls = {{spec}, {png}, {spec, png}};
      for (const auto& specs : calls) {
        const auto rendered = test::render_outputs(file, specs);
        for (const auto& output : rendered.outputs) EXPECT_EQ(output->value().crop, expected) << rule << " " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace imagegen
