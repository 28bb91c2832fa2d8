// A JPEG that stays in YCbCr against the same by way of RGB.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/resize.hpp>

#include "image/raw_picture.hpp"
#include "image/rendering.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using detail::Stop;
using test::JpegSpec;
using Kind = JpegSpec::Kind;

// Inside of the cube of RGB, with edges of colour no sharper than a camera's: there both ways keep the same.
Bitmap soft_photo(PixelSize size) {
  const auto small = test::photo_like({size.width / 2 + 1, size.height / 2 + 1}, 3);
  auto photo = resize(small, {0, 0, small.size.width, small.size.height}, size,
                      {ResizeKernel::mitchell, ResizeKernel::mitchell, false})
                   .value();
  for (auto& sample : photo.pixels) sample = static_cast<std::uint8_t>(50 + sample * 155 / 255);
  return photo;
}

Bytes jpeg_of(const Bitmap& photo, PixelSize sampling, Kind kind = Kind::ycbcr) {
  JpegSpec spec{photo.size, kind, photo.pixels, 92};
  spec.sampling = sampling;
  return build_jpeg(spec);
}

detail::Master master_of(const Bytes& file, const detail::MasterNeeds& needs) {
  const auto header = detail::read_header(file, {}).value();
  return detail::decode_master(file, header, needs, Stop()).value();
}

detail::Master stored_planes(const Bytes& file) {
  return master_of(file, {false, true, 1});
}

// The planes of the decoded RGB, which is what files of other kinds go through.
detail::Master planes_by_rgb(const Bytes& file) {
  auto master = master_of(file, {true, false, 1});
  master.planes = std::make_shared<detail::YcbcrPicture>(detail::split_planes(*master.rgb));
  return master;
}

Bitmap output(const detail::Master& master, PixelSize size) {
  RenditionSpec spec{size, {}, {ImageFormat::jpeg, 100}};
  spec.encoding.chroma_subsampling = ChromaSubsampling::yuv444;
  return decode_image(detail::render_master(master, spec, Stop()).value().image.bytes).value();
}

struct Case {
  PixelSize sampling, size;
};

void PrintTo(const Case& value, std::ostream* out) {
  *out << to_string(value.sampling) << " of " << to_string(value.size);
}

class JpegPlanes : public testing::TestWithParam<Case> {};

TEST_P(JpegPlanes, GiveTheOutputsThatRgbGives) {
  const auto [sampling, size] = GetParam();
  const Bytes file = jpeg_of(soft_photo(size), sampling);
  const auto planar = stored_planes(file);
  ASSERT_NE(planar.planes, nullptr);
  ASSERT_EQ(planar.rgb, nullptr);
  const auto by_rgb = planes_by_rgb(file);
  for (const PixelSize to :
       {PixelSize{size.width / 2, size.height / 2}, PixelSize{size.width * 3 / 4, size.height * 3 / 4}}) {
    EXPECT_GT(test::psnr(output(planar, to), output(by_rgb, to)), 45.0) << to_string(to);
  }
}

INSTANTIATE_TEST_SUITE_P(Samplings, JpegPlanes,
                         testing::Values(Case{{1, 1}, {160, 120}}, Case{{2, 2}, {160, 120}}, Case{{2, 1}, {160, 120}},
                                         Case{{1, 2}, {160, 120}}, Case{{1, 1}, {163, 117}}, Case{{2, 2}, {163, 117}},
                                         Case{{2, 1}, {163, 117}}, Case{{1, 2}, {163, 117}}, Case{{2, 2}, {129, 66}}));

TEST(JpegPlanesOf444, AreThoseOfTheRgbWithinRounding) {
  const Bytes file = jpeg_of(test::photo_like({77, 41}, 3), {1, 1});
  const auto stored = stored_planes(file), split = planes_by_rgb(file);
  for (const auto plane : {&detail::YcbcrPicture::y, &detail::YcbcrPicture::cb, &detail::YcbcrPicture::cr}) {
    double squares = 0;
    for (int y = 0; y < 41; ++y) {
      for (int x = 0; x < 77; ++x) {
        const int a = (stored.planes.get()->*plane).view().row(y)[x], b = (split.planes.get()->*plane).view().row(y)[x];
        squares += (a - b) * (a - b);
      }
    }
    EXPECT_LT(squares / (77 * 41), 1.0);  // RGB that leaves its cube was clamped
  }
}

TEST(JpegPlanesOfGrey, GiveTheOutputsThatRgbGives) {
  for (const PixelSize size : {PixelSize{120, 90}, PixelSize{37, 61}}) {
    const Bytes file = jpeg_of(test::photo_like(size, 1), {1, 1}, Kind::grey);
    const auto planar = stored_planes(file);
    ASSERT_TRUE(planar.planes->is_grey());
    const PixelSize half{size.width / 2, size.height / 2};
    EXPECT_GT(test::psnr(output(planar, half), output(planes_by_rgb(file), half)), 45.0);
  }
}

TEST(JpegPlanesOfGrey, MakeAGreyJpegAndAWebp) {
  const Bytes file = jpeg_of(test::photo_like({64, 48}, 1), {1, 1}, Kind::grey);
  const auto files =
      test::rendered_files(file, {{{64, 48}, {}, {ImageFormat::jpeg, 95}}, {{64, 48}, {}, {ImageFormat::webp, 95}}});
  EXPECT_EQ(inspect_image(files[0]).value().colour, "grey");
  const auto expected = decode_image(file).value();
  EXPECT_GT(test::psnr(decode_image(files[0]).value(), expected), 40.0);
  EXPECT_GT(test::psnr(decode_image(files[1]).value(), expected), 36.0);
}

TEST(JpegPlanes, OfUnusualSamplingsAreNotTaken) {
  const auto photo = test::photo_like({96, 64}, 3);
  for (const PixelSize sampling : {PixelSize{4, 1}, PixelSize{1, 4}, PixelSize{4, 2}}) {
    const Bytes file = jpeg_of(photo, sampling);
    const auto header = detail::read_header(file, {}).value();
    EXPECT_THAT(detail::decode_jpeg_planes(file, header, 1, Stop()), test::FailsWith(Errc::unsupported));
    const auto made = decode_image(test::rendered_file(file, {{96, 64}, {}, {ImageFormat::webp, 95}})).value();
    EXPECT_GT(test::psnr(made, decode_image(file).value()), 30.0) << to_string(sampling);
  }
}

TEST(JpegPlanes, AreNotTakenWhereColoursAreConverted) {
  const auto photo = test::photo_like({32, 24}, 3);
  const Bytes file = test::build_jpeg({photo.size, Kind::rgb, photo.pixels, 92});
  const auto master = master_of(file, {false, true, 1});
  EXPECT_NE(master.planes, nullptr) << "split from RGB";
  EXPECT_EQ(master.planes->cb.size, photo.size);
}

// Tiny pictures, whose planes of colour have fewer columns than a block.
TEST(JpegPlanes, OfEveryTinySizeGiveAPictureThatIsClose) {
  for (int side = 1; side <= 17; ++side) {
    for (const PixelSize size : {PixelSize{side, 3}, PixelSize{2, side}, PixelSize{side, side}}) {
      const Bytes file = jpeg_of(test::solid(size, 3, {200, 90, 30}), {2, 2});
      for (const auto format : {ImageFormat::webp, ImageFormat::jpeg}) {
        const auto made = decode_image(test::rendered_file(file, {size, {}, {format, 95}})).value();
        EXPECT_LE(test::largest_difference(made, decode_image(file).value()), 6) << to_string(size);
      }
    }
  }
}

class ReducedJpeg : public testing::TestWithParam<int> {};

TEST_P(ReducedJpeg, IsCloseToFullDecoding) {
  const int reduce = GetParam();
  const auto photo = test::photo_like({803, 601}, 3);
  const Bytes file = jpeg_of(photo, {2, 2});
  const PixelSize small{803 * 10 / (16 * reduce), 601 * 10 / (16 * reduce)};
  RenditionSpec spec{small, {}, {ImageFormat::jpeg, 100}};
  spec.encoding.chroma_subsampling = ChromaSubsampling::yuv444;
  const auto needs = detail::needs_of(photo.size, {&spec, 1});
  ASSERT_EQ(needs.reduce, reduce);
  for (const bool planes : {true, false}) {
    const auto reduced = detail::render_master(master_of(file, {!planes, planes, reduce}), spec, Stop()).value();
    const auto full = detail::render_master(master_of(file, {!planes, planes, 1}), spec, Stop()).value();
    EXPECT_EQ(reduced.crop, full.crop);
    const auto a = decode_image(reduced.image.bytes).value(), b = decode_image(full.image.bytes).value();
    EXPECT_GT(test::psnr(a, b), 32.0) << (planes ? "planes" : "RGB");
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, ReducedJpeg, testing::Values(2, 4, 8));

TEST(ReducedJpeg, KeepsACropWhereItIs) {
  auto photo = test::solid({800, 400}, 3, {0, 0, 200});
  test::paint(photo, {400, 0, 200, 200}, {220, 30, 10});
  const Bytes file = jpeg_of(photo, {2, 2});
  const RenditionSpec spec{{50, 50}, parse_crop_position("1,0").value(), {ImageFormat::jpeg, 95}};
  ASSERT_GT(detail::needs_of(photo.size, {&spec, 1}).reduce, 1);
  const auto made = decode_image(test::rendered_file(file, spec)).value();  // the right half
  EXPECT_NEAR(test::pixel_at(made, 10, 10)[0], 220, 12);
  EXPECT_NEAR(test::pixel_at(made, 40, 10)[2], 200, 12);
  EXPECT_NEAR(test::pixel_at(made, 10, 40)[2], 200, 12);
}

TEST(NeedsOf, AsksForASmallerMasterOnlyWhenAllOutputsAreMuchSmaller) {
  const PixelSize master{1600, 1200};
  const auto reduce = [&](std::vector<PixelSize> sizes) {
    std::vector<RenditionSpec> specs;
    for (const PixelSize size : sizes) specs.push_back({size, {}, {}});
    return detail::needs_of(master, specs).reduce;
  };
  EXPECT_EQ(reduce({{1600, 1200}}), 1);
  EXPECT_EQ(reduce({{800, 600}}), 1) << "half is too near";
  EXPECT_EQ(reduce({{533, 400}}), 2);
  EXPECT_EQ(reduce({{266, 200}}), 4);
  EXPECT_EQ(reduce({{133, 100}}), 8);
  EXPECT_EQ(reduce({{133, 100}, {400, 300}}), 2);
  EXPECT_EQ(reduce({{133, 100}, {1600, 1200}}), 1);
  EXPECT_EQ(reduce({{100, 1200}}), 1) << "a tall box keeps the height";
  EXPECT_EQ(reduce({{133, 100}, {0, 10}}), 8) << "what cannot be made does not count";
  EXPECT_EQ(reduce({}), 1);
}

}  // namespace
}  // namespace imagegen
