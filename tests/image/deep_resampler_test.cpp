#include "image/deep_resampler.hpp"

#include <gmock/gmock.h>

#include <random>

#include "image/support/reference_resize.hpp"

namespace imagegen {
namespace {

using detail::DeepBitmap;

DeepBitmap noisy(PixelSize size, int channels) {
  std::mt19937 random(21);
  DeepBitmap picture{size, channels, {}};
  for (std::size_t i = 0; i < picture.row_samples() * static_cast<std::size_t>(size.height); ++i) {
    picture.samples.push_back(static_cast<std::uint16_t>(i * 37 % 50'000 + random() % 15'000));
  }
  return picture;
}

test::ExactPicture exact(const DeepBitmap& picture) {
  test::ExactPicture out{picture.size, picture.channels, {}};
  for (const auto sample : picture.samples) out.samples.push_back(sample / 65'535.0);
  return out;
}

std::vector<std::uint16_t> all_rows(detail::RowStreamPtr rows) {
  const auto format = rows->format();
  EXPECT_EQ(format.bits, 16);
  std::vector<std::uint16_t> samples(format.row_samples() * static_cast<std::size_t>(format.size.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(format.size.height); ++y) {
    rows->read(reinterpret_cast<std::uint8_t*>(&samples[y * format.row_samples()]));
  }
  return samples;
}

// kernel, linear light
class DeepResampler : public testing::TestWithParam<std::tuple<ResizeKernel, bool>> {};

TEST_P(DeepResampler, IsWithinAFewStepsOfItsDefinition) {
  const auto [kernel, linear] = GetParam();
  const ResizeOptions options{kernel, kernel, linear};
  const PixelRect crop{3, 2, 50, 40};
  for (const int channels : {3, 4}) {
    const auto source = noisy({60, 45}, channels);
    for (const PixelSize to : {PixelSize{23, 17}, PixelSize{71, 66}, PixelSize{50, 15}}) {
      const auto found = all_rows(detail::deep_resampled(source, detail::window_of(crop), to, options));
      const auto expected = exact_resize(exact(source), crop, to, options);
      EXPECT_LE(test::largest_visible_difference(found, 65'535.0, expected), 2.0)
          << channels << " channels to " << to_string(to);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, DeepResampler,
                         testing::Combine(testing::Values(ResizeKernel::nearest, ResizeKernel::linear,
                                                          ResizeKernel::cubic, ResizeKernel::mitchell,
                                                          ResizeKernel::lanczos2, ResizeKernel::lanczos3),
                                          testing::Bool()));

TEST(DeepResampler, CopiesAtTheSameSize) {
  auto source = noisy({31, 19}, 4);
  for (std::size_t i = 3; i < source.samples.size(); i += 4) source.samples[i] |= 0x1000U;
  for (const bool linear : {false, true}) {
    const ResizeOptions options{ResizeKernel::lanczos3, ResizeKernel::lanczos3, linear};
    EXPECT_EQ(all_rows(detail::deep_resampled(source, detail::window_of(source.size), source.size, options)),
              source.samples);
  }
}

TEST(DeepResampler, KeepsTheColourAtATransparentEdge) {
  DeepBitmap source{{40, 40}, 4, {}};
  for (int i = 0; i < 1600; ++i) {
    if (i % 40 < 20)
      source.samples.insert(source.samples.end(), {50'000, 20'000, 1000, 65'535});
    else
      source.samples.insert(source.samples.end(), {65'535, 65'535, 65'535, 0});
  }
  const auto found = all_rows(detail::deep_resampled(source, detail::window_of(source.size), {53, 29}, {}));
  for (std::size_t i = 0; i < found.size(); i += 4) {
    if (found[i + 3] < 300) continue;
    ASSERT_NEAR(found[i], 50'000, 12) << "pixel " << i / 4 << " of alpha " << found[i + 3];
    ASSERT_NEAR(found[i + 1], 20'000, 12);
    ASSERT_NEAR(found[i + 2], 1000, 12);
  }
}

TEST(DeepResampler, OfAPictureOfNoPixelsThatShowIsEmpty) {
  const DeepBitmap source{{8, 8}, 4, std::vector<std::uint16_t>(256, 0)};
  EXPECT_THAT(all_rows(detail::deep_resampled(source, detail::window_of(source.size), {5, 5}, {})), testing::Each(0));
}

}  // namespace
}  // namespace imagegen
