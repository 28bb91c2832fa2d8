// The quick way for usual PNGs against the way through libspng.
#include <imagegen/image/decode.hpp>

#include <random>

#include "image/raw_picture.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/spng_reference.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::build_png;
using test::PngSpec;

constexpr int kChannels[] = {1, 0, 3, 0, 2, 0, 4};  // by colour type

PngSpec noisy(PixelSize size, int colour_type, std::vector<int> filters = {}) {
  std::mt19937 random(9);
  PngSpec spec{size, 8, colour_type, {}};
  spec.filters = std::move(filters);
  spec.samples.resize(static_cast<std::size_t>(size.width * size.height * kChannels[colour_type]));
  for (auto& sample : spec.samples) sample = static_cast<std::uint16_t>(random() % 256);
  return spec;
}

std::optional<detail::RawPicture> decode_plain(const Bytes& file) {
  const auto chunks = detail::read_png_chunks(file);
  if (!chunks) return std::nullopt;
  return detail::decode_plain_png(file, *chunks, detail::Stop());
}

// colour type, filter
class PlainPng : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(PlainPng, IsWhatLibspngMakesOfIt) {
  const auto [colour_type, filter] = GetParam();
  for (const PixelSize size : {PixelSize{1, 1}, PixelSize{1, 40}, PixelSize{37, 23}, PixelSize{64, 2}}) {
    const auto spec = noisy(size, colour_type, {filter});
    const Bytes file = build_png(spec);
    const auto plain = decode_plain(file);
    ASSERT_TRUE(plain.has_value()) << to_string(size);
    EXPECT_EQ(plain->samples, test::decode_with_spng(file).value()) << to_string(size);
    EXPECT_EQ(plain->samples, Bytes(spec.samples.begin(), spec.samples.end()));
    EXPECT_EQ(samples_per_pixel(plain->model), kChannels[colour_type]);
  }
}

INSTANTIATE_TEST_SUITE_P(KindsAndFilters, PlainPng,
                         testing::Combine(testing::Values(0, 2, 4, 6), testing::Values(0, 1, 2, 3, 4)));

TEST(DecodePlainPng, TakesAnotherFilterForEveryRow) {
  const auto spec = noisy({41, 60}, 2, {4, 3, 0, 2, 1, 4, 4, 2});
  EXPECT_EQ(decode_plain(build_png(spec)).value().samples, Bytes(spec.samples.begin(), spec.samples.end()));
}

TEST(DecodePlainPng, JoinsChunksOfAnySize) {
  auto spec = noisy({31, 17}, 6, {4, 1});
  for (const std::size_t piece : {1U, 7U, 100U, 1000U}) {
    spec.idat_bytes = piece;
    EXPECT_EQ(decode_plain(build_png(spec)).value().samples, Bytes(spec.samples.begin(), spec.samples.end())) << piece;
  }
}

TEST(DecodePlainPng, JoinsEmptyChunks) {
  const auto spec = noisy({9, 9}, 2);
  Bytes file = build_png(spec);
  Bytes empty;
  test::append_png_chunk(empty, "IDAT", {});
  file.insert(file.end() - 12, empty.begin(), empty.end());
  file.insert(file.begin() + 33, empty.begin(), empty.end());
  EXPECT_EQ(decode_plain(file).value().samples, Bytes(spec.samples.begin(), spec.samples.end()));
}

TEST(DecodePlainPng, LeavesTheUnusualToLibspng) {
  auto interlaced = noisy({9, 7}, 2);
  interlaced.interlaced = true;
  auto keyed = noisy({9, 7}, 2);
  keyed.transparency = {0, 1, 0, 2, 0, 3};
  PngSpec palette{{9, 7}, 8, 3, test::ramp(63, 1)};
  palette.palette = {1, 2, 3, 4, 5, 6};
  const PngSpec deep{{9, 7}, 16, 2, test::ramp(189, 16, 300)};
  const PngSpec shallow{{9, 7}, 4, 0, test::ramp(63, 4)};
  for (const auto& spec : {interlaced, keyed, palette, deep, shallow}) {
    const Bytes file = build_png(spec);
    EXPECT_FALSE(decode_plain(file).has_value());
    EXPECT_THAT(decode_image(file), test::IsOk());
  }
}

TEST(DecodePlainPng, LeavesDamageToLibspng) {
  const Bytes file = build_png(noisy({20, 20}, 2, {1, 2, 3, 4}));
  Bytes wrong_checksum = file;
  wrong_checksum[file.size() - 16] ^= 1U;
  Bytes short_file(file.begin(), file.end() - 40);
  EXPECT_FALSE(decode_plain(wrong_checksum).has_value());
  EXPECT_FALSE(decode_plain(short_file).has_value());
}

TEST(DecodePlainPng, LeavesAFilterThatDoesNotExistToLibspng) {
  const Bytes file = build_png(noisy({8, 9}, 2, {0, 4, 5}));
  EXPECT_FALSE(decode_plain(file).has_value());
  EXPECT_THAT(decode_image(file), test::FailsWith(Errc::corrupt_data));
}

TEST(DecodePng, RefusesADamagedHeader) {
  auto file = build_png(noisy({8, 9}, 2));
  file[30] ^= 4U;  // of its checksum
  EXPECT_THAT(decode_image(file), test::FailsWith(Errc::corrupt_data));
  EXPECT_THAT(inspect_image(file), test::FailsWith(Errc::corrupt_data));
}

TEST(DecodePng, RefusesMethodsThatDoNotExist) {
  for (const std::size_t at : {10U, 11U, 12U}) {  // compression, filter, interlace
    Bytes ihdr{0, 0, 0, 8, 0, 0, 0, 9, 8, 2, 0, 0, 0};
    ihdr[at] = 2;
    Bytes chunk;
    test::append_png_chunk(chunk, "IHDR", ihdr);
    auto file = build_png(noisy({8, 9}, 2));
    std::copy(chunk.begin(), chunk.end(), file.begin() + 8);
    EXPECT_THAT(inspect_image(file), test::FailsWith(Errc::corrupt_data)) << "byte " << at;
  }
}

TEST(DecodePlainPng, LeavesPixelsThatEndEarlyToLibspng) {
  const auto tall = build_png(noisy({8, 9}, 2));
  Bytes claims_more = tall;
  Bytes ihdr;
  test::append_png_chunk(ihdr, "IHDR", Bytes{0, 0, 0, 8, 0, 0, 0, 10, 8, 2, 0, 0, 0});
  std::copy(ihdr.begin(), ihdr.end(), claims_more.begin() + 8);
  EXPECT_FALSE(decode_plain(claims_more).has_value());
  EXPECT_THAT(decode_image(claims_more), test::FailsWith(Errc::corrupt_data));
}

// What the quick way gives, libspng gives too, whatever was damaged: checksums of chunks are made right again, so that
// the damage reaches what reads them.
TEST(DecodePlainPng, NeverTakesWhatLibspngRefuses) {
  const Bytes file = build_png(noisy({13, 11}, 2, {0, 1, 2, 3, 4}));
  const ByteView pixels = ByteView(file).subspan(41, file.size() - 41 - 16);
  std::mt19937 random(5);
  int taken = 0;
  for (int round = 0; round < 4000; ++round) {
    Bytes ihdr(file.begin() + 16, file.begin() + 29);
    Bytes data(pixels.begin(), pixels.end());
    Bytes& damaged = round % 3 == 0 ? ihdr : data;
    damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random() % 3 == 0 ? random() % 4 : random());
    Bytes made(file.begin(), file.begin() + 8);
    test::append_png_chunk(made, "IHDR", ihdr);
    test::append_png_chunk(made, "IDAT", data);
    test::append_png_chunk(made, "IEND", {});
    const std::size_t at = 8 + random() % (made.size() - 20);  // neither the signature nor what follows the pixels
    if (round % 5 == 0) made[at] ^= 1U;
    const auto chunks = detail::read_png_chunks(made);
    if (!chunks || std::int64_t{chunks->size.width} * chunks->size.height > 100'000) continue;
    const auto plain = decode_plain(made);
    if (!plain) continue;
    ++taken;
    const auto reference = test::decode_with_spng(made);
    ASSERT_TRUE(reference.has_value()) << "round " << round << ", byte " << at << " of " << made.size();
    ASSERT_EQ(plain->samples, *reference) << "round " << round;
  }
  EXPECT_GT(taken, 10);
}

}  // namespace
}  // namespace imagegen
