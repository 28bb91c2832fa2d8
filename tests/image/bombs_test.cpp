// Small files that ask for a lot of memory are refused by what they say, at once and without it.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#ifdef IMAGEGEN_TEST_HAS_AVIF
#include "image/support/avif_builder.hpp"
#endif
#include "image/support/gif_builder.hpp"
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

// Rows of zeros that come to 216 MB in 16 bits and 108 MB in 8, as a file of 210 KB.
Bytes deflated_zeros(std::size_t bytes) {
  const Bytes zeros(1U << 16U);
  z_stream stream{};
  EXPECT_EQ(deflateInit(&stream, 9), Z_OK);
  Bytes out(deflateBound(&stream, static_cast<uLong>(bytes)) / 500);
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  for (std::size_t left = bytes; left > 0;) {
    const std::size_t piece = std::min(left, zeros.size());
    stream.next_in = const_cast<Bytef*>(zeros.data());
    stream.avail_in = static_cast<uInt>(piece);
    left -= piece;
    EXPECT_GE(deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH), Z_OK);
  }
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Bytes black_png(std::uint32_t side, std::uint8_t depth) {
  const auto high = static_cast<std::uint8_t>(side >> 8U), low = static_cast<std::uint8_t>(side & 0xFFU);
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  test::append_png_chunk(file, "IHDR", Bytes{0, 0, high, low, 0, 0, high, low, depth, 2, 0, 0, 0});
  test::append_png_chunk(file, "IDAT", deflated_zeros(std::size_t{side} * (std::size_t{side} * 3 * depth / 8 + 1)));
  test::append_png_chunk(file, "IEND", {});
  return file;
}

// What is large takes memory for rows and outputs, and none for the picture.
TEST(Bombs, AsPngThatIsAsLargeAsItSaysAreReadInRows) {
  const Bytes file = black_png(6000, 16);
  for (const char* position : {"centre", "attention"}) {
    forget_peak();
    const long before = peak_kib();
    const auto rendered = test::render_outputs(file, {{{100, 50}, parse_crop_position(position).value(), {}}});
    EXPECT_THAT(rendered.done, test::IsOk());
    EXPECT_THAT(*rendered.outputs[0], test::IsOk());
    EXPECT_LT(peak_kib() - before, 64 * 1024) << position;  // of 206 MiB
  }
  forget_peak();
  const long before = peak_kib();
  EXPECT_THAT(thumb_hash_of_file(file), test::IsOk());
  EXPECT_LT(peak_kib() - before, 10 * 1024);
}

TEST(Bombs, AsPngMayBeRefusedByTheirMemory) {
  const Bytes file = black_png(6000, 16);
  ImageLimits limits;
  limits.max_decoded_bytes = 100'000'000;
  forget_peak();
  const long before = peak_kib();
  EXPECT_THAT(decode_image(file, limits), test::FailsWith(Errc::limit_exceeded)) << "8 bits have 108 MB";
  RenditionSpec turned{{100, 50}, {}, {}};
  turned.rotate = 90;
  EXPECT_THAT(test::render_outputs(file, {turned}, 1, limits).done, test::FailsWith(Errc::limit_exceeded));
  EXPECT_LT(peak_kib() - before, 10 * 1024);
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

// Of a kind that libspng reads, and of one that does not need it.
TEST(Bombs, InTheTextsOfAPngCostNothing) {
  const Bytes packed = test::deflated(Bytes(64U << 20U));
  Bytes text = {'a', 0, 0};
  text.insert(text.end(), packed.begin(), packed.end());
  test::PngSpec palette{{4, 4}, 8, 3, test::ramp(16, 1)};
  palette.palette = {1, 2, 3, 4, 5, 6};
  for (auto spec : {palette, test::PngSpec{{4, 4}, 8, 2, test::ramp(48, 8)}}) {
    spec.chunks = {{"zTXt", text}};
    const Bytes file = build_png(spec);
    forget_peak();
    const long before = peak_kib();
    EXPECT_THAT(decode_image(file), test::IsOk());
    EXPECT_LT(peak_kib() - before, 10 * 1024);
  }
}

test::GifSpec small_gif() {
  return {{4, 4}, Bytes(6, 200), {{{0, 0, 4, 4}, Bytes(16)}}};
}

TEST(Bombs, AsGifAreRefusedByTheHeader) {
  auto spec = small_gif();
  spec.canvas = {65'535, 65'535};
  expect_cheap_refusal(build_gif(spec), {Errc::limit_exceeded});
}

TEST(Bombs, AsGifWithinTheLimitsAreRefusedByTheirLength) {
  auto spec = small_gif();
  spec.canvas = {32'000, 3000};
  expect_cheap_refusal(build_gif(spec), {Errc::corrupt_data});
  spec.frames[0].place = {0, 0, 32'000, 3000};
  expect_cheap_refusal(build_gif(spec), {Errc::corrupt_data});
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
