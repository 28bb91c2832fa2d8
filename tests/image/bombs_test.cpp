// Small files that ask for a lot of memory are refused by what they say, at once and without it.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <chrono>
#include <fstream>
#include <string>

#ifdef IMAGEGEN_TEST_HAS_AVIF
#include "image/support/avif_builder.hpp"
#endif
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/render_outputs.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

// The most memory that the process has had since forget_peak(), where the kernel lets it be forgotten.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
  }
  return 0;
}

void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << 5;
}

// Refused as one of `codes`, in every way in.
void expect_cheap_refusal(const Bytes& bomb, std::initializer_list<Errc> codes) {
  const auto is_refused = testing::AnyOfArray(std::vector<Errc>(codes));
  forget_peak();
  const long before = peak_kib();
  const auto start = std::chrono::steady_clock::now();
  const auto picture = decode_image(bomb);
  const auto rendered = test::render_outputs(bomb, {{{10, 10}, {}, {}}});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_LT(peak_kib() - before, 10 * 1024);
  ASSERT_TRUE(picture.has_error());
  EXPECT_THAT(picture.error().code, is_refused) << picture.error();
  ASSERT_TRUE(rendered.done.has_error());
  EXPECT_THAT(rendered.done.error().code, is_refused) << rendered.done.error();
}

TEST(Bombs, AsPngAreRefusedByTheHeader) {
  for (const auto& [width, height] : {std::pair{100'000U, 100'000U}, {0x7FFF'FFFFU, 1U}, {1U, 0x7FFF'FFFFU}}) {
    expect_cheap_refusal(test::png_header_claiming(width, height), {Errc::limit_exceeded});
  }
}

// Deflate cannot make 98 million pixels of a hundred bytes, so they get no memory, although the limits allow for them.
TEST(Bombs, AsPngWithinTheLimitsAreRefusedByTheirLength) {
  expect_cheap_refusal(test::png_header_claiming(32'000, 3000), {Errc::corrupt_data});
}

TEST(Bombs, AsJpegAreRefusedByTheHeader) {
  auto file = test::build_jpeg({{8, 8}, test::JpegSpec::Kind::grey, Bytes(64)});
  for (std::size_t i = 2; i + 9 < file.size(); ++i) {
    if (file[i] == 0xFF && file[i + 1] == 0xC0) std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(i) + 5, 4, 0xFF);
  }
  expect_cheap_refusal(file, {Errc::limit_exceeded});
}

// RFC 9649, 2.5 and RFC 6386, 9.1: sides are 14 bits each.
TEST(Bombs, AsLossyWebpAreRefusedByTheHeader) {
  auto file = encode_image(test::solid({8, 8}, 3, {}), {}).value();
  ASSERT_EQ(file.at(12 + 3), ' ') << "a simple file";
  for (const std::size_t at : {26U, 28U}) {
    file.at(at) = 0xFF;
    file.at(at + 1) = 0x3F;
  }
  expect_cheap_refusal(file, {Errc::limit_exceeded});
}

TEST(Bombs, AsLosslessWebpAreRefusedByTheHeader) {
  auto file = test::build_lossless_webp(test::solid({8, 8}, 3, {}));
  ASSERT_EQ(file.at(20), 0x2F);
  file.at(21) = file.at(22) = file.at(23) = 0xFF;
  file.at(24) = static_cast<std::uint8_t>(file.at(24) | 0x0FU);
  expect_cheap_refusal(file, {Errc::limit_exceeded});
}

#ifdef IMAGEGEN_TEST_HAS_AVIF

test::AvifSpec small_avif(int side) {
  return test::avif_spec_of(test::solid({side, side}, 3, {200, 100, 0}));
}

TEST(Bombs, AsAvifAreRefusedByTheHeader) {
  for (const std::uint32_t side : {16'384U, 32'767U, 100'000U}) {
    auto file = build_avif(small_avif(16));
    test::claim_avif_size(file, side, side);
    expect_cheap_refusal(file, {Errc::limit_exceeded, Errc::corrupt_data});
  }
}

TEST(Bombs, AsAvifOfWhichLittleIsShownAreRefusedByTheHeader) {
  auto spec = small_avif(16);
  spec.shown = PixelRect{6, 6, 4, 4};
  auto file = build_avif(spec);
  ASSERT_EQ(inspect_image(file).value().size, (PixelSize{4, 4}));
  test::claim_avif_size(file, 16'000, 16'000);
  expect_cheap_refusal(file, {Errc::limit_exceeded});
}

TEST(Bombs, AsAvifThatCodesMoreThanItSaysAreRefused) {
  auto spec = small_avif(2000);
  spec.lossless = false;
  auto file = build_avif(spec);
  test::claim_avif_size(file, 64, 64);
  expect_cheap_refusal(file, {Errc::limit_exceeded, Errc::corrupt_data});
}

#endif

}  // namespace
}  // namespace imagegen
