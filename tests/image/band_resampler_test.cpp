// What comes in bands is resized to the bytes that the whole gives.
#include "image/band_resampler.hpp"

#include <gmock/gmock.h>

#include <random>

#include "image/deep_resampler.hpp"
#include "image/resampler.hpp"
#include "image/support/pictures.hpp"

namespace imagegen {
namespace {

using detail::BandResampler;
using detail::RowBand;
using detail::RowFormat;
using detail::SampleRange;

constexpr PixelSize kSource{61, 83};
constexpr int kBandHeights[] = {1, 3, 8, 16, 17, 40, 83};
constexpr PixelSize kOutputs[] = {{20, 15}, {61, 7}, {90, 140}, {3, 200}, {1, 1}, {61, 83}};

Bytes all_rows(detail::RowStream& rows) {
  const RowFormat format = rows.format();
  Bytes all(format.row_bytes() * static_cast<std::size_t>(format.size.height));
  for (int y = 0; y < format.size.height; ++y) rows.read(&all[static_cast<std::size_t>(y) * format.row_bytes()]);
  return all;
}

// The source in bands of that many rows, each in memory of its own.
Bytes in_bands(BandResampler& resampler, const std::uint8_t* samples, std::size_t stride, int band_height) {
  for (int first = 0; first < kSource.height; first += band_height) {
    const int count = std::min(band_height, kSource.height - first);
    const std::uint8_t* from = samples + static_cast<std::size_t>(first) * stride;
    const Bytes band(from, from + static_cast<std::size_t>(count) * stride);
    resampler.take({band.data(), stride, first, count});
  }
  return all_rows(*resampler.rows());
}

Bitmap one_plane() {
  const auto photo = test::photo_like(kSource, 3);
  Bitmap plane{kSource, 1, {}};
  for (std::size_t i = 0; i < photo.pixels.size(); i += 3) plane.pixels.push_back(photo.pixels[i]);
  return plane;
}

detail::Window cropped() {
  return detail::window_of(PixelRect{7, 9, 41, 60});
}

// Half a pixel in, as planes of colour have it.
detail::Window fractional() {
  return {{0.5, 50.25, 50.0}, {2.75, 70.5, 70.5}};
}

class EightBitBands : public testing::TestWithParam<ResizeKernel> {};

TEST_P(EightBitBands, GiveTheBytesOfTheWhole) {
  const ResizeOptions options{GetParam(), GetParam(), false};
  for (const int channels : {1, 3, 4}) {
    const Bitmap picture = channels == 1 ? one_plane() : test::photo_like(kSource, channels);
    for (const auto& window : {detail::window_of(kSource), cropped(), fractional()}) {
      for (const PixelSize size : kOutputs) {
        const auto axes = exact_axes(window, size, options);
        const Bytes expected = all_rows(*detail::resampled(detail::view_of(picture), axes));
        for (const int height : kBandHeights) {
          const auto bands = detail::band_resampled(channels, axes);
          ASSERT_EQ(in_bands(*bands, picture.pixels.data(), picture.stride_bytes(), height), expected)
              << channels << " channels to " << to_string(size) << " in bands of " << height;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, EightBitBands,
                         testing::Values(ResizeKernel::nearest, ResizeKernel::linear, ResizeKernel::lanczos3));

TEST(EightBitBands, KeepTheRangesOfVideo) {
  const Bitmap plane = one_plane();
  const auto axes = detail::exact_axes(cropped(), {20, 15}, {});
  for (const auto range : {SampleRange::video_brightness, SampleRange::video_colour}) {
    detail::Resampler whole(detail::view_of(plane), axes.across, axes.down, range);
    const auto bands = detail::band_resampled(1, axes, range);
    EXPECT_EQ(in_bands(*bands, plane.pixels.data(), plane.stride_bytes(), 16), all_rows(whole));
  }
}

class DeepBandsTest : public testing::TestWithParam<std::tuple<ResizeKernel, bool>> {};

TEST_P(DeepBandsTest, GiveTheBytesOfTheWhole) {
  const auto [kernel, linear] = GetParam();
  const ResizeOptions options{kernel, kernel, linear};
  std::mt19937 random(3);
  for (const int channels : {3, 4}) {
    detail::DeepBitmap picture{kSource, channels, {}};
    picture.samples.resize(picture.row_samples() * static_cast<std::size_t>(kSource.height));
    for (auto& sample : picture.samples) sample = static_cast<std::uint16_t>(random());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(picture.samples.data());
    for (const PixelSize size : kOutputs) {
      const Bytes expected = all_rows(*detail::deep_resampled(picture, cropped(), size, options));
      for (const int height : kBandHeights) {
        const auto bands =
            detail::deep_band_resampled({kSource, channels, 16}, exact_axes(cropped(), size, options), linear);
        ASSERT_EQ(in_bands(*bands, bytes, picture.row_samples() * 2, height), expected)
            << channels << " channels to " << to_string(size) << " in bands of " << height;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(KernelsAndLight, DeepBandsTest,
                         testing::Combine(testing::Values(ResizeKernel::nearest, ResizeKernel::lanczos3),
                                          testing::Bool()));

TEST(DeepBandsTest, TakeEightBitsAsLight) {
  const Bitmap picture = test::photo_like(kSource, 4);
  const auto axes = detail::exact_axes(cropped(), {23, 31}, {});
  const Bytes expected = all_rows(*detail::deep_resampled(detail::view_of(picture), axes, true));
  const auto bands = detail::deep_band_resampled({kSource, 4, 8}, axes, true);
  EXPECT_EQ(in_bands(*bands, picture.pixels.data(), picture.stride_bytes(), 5), expected);
}

TEST(BandCopier, CutsOut) {
  const Bitmap picture = test::photo_like(kSource, 3);
  const PixelRect crop{5, 17, 30, 50};
  const auto bands = detail::band_copier({kSource, 3, 8}, crop);
  const Bytes expected = all_rows(*detail::rows_of(picture, crop));
  EXPECT_EQ(in_bands(*bands, picture.pixels.data(), picture.stride_bytes(), 16), expected);
}

// What is open at one time, and no more, is kept: an output of few rows from many needs no window of its source.
TEST(OpenSums, AreAsManyAsOverlap) {
  std::vector<detail::Reach> reaches;
  for (int y = 0; y < 100; ++y) reaches.push_back({10 * y, 10 * y + 25});
  detail::OpenSums<int> open(reaches, 1);
  std::vector<const int*> places;
  const auto add = [](int, int begin, int end, std::vector<int>& sums) { sums[0] += end - begin; };
  const auto done = [&](int, const std::vector<int>& sums) {
    EXPECT_EQ(sums[0], 25);
    if (std::find(places.begin(), places.end(), sums.data()) == places.end()) places.push_back(sums.data());
  };
  for (int row = 0; row < 1100; row += 4) open.pass(row, row + 4, add, done);
  EXPECT_EQ(places.size(), 3U);
}

}  // namespace
}  // namespace imagegen
