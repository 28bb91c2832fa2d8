// The rows of a file are those of the whole picture, and what is refused whole is refused in rows.
#include "image/row_source.hpp"

#include <imagegen/image/encode.hpp>

#include <random>

#include "image/master.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/profiles.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using detail::RowFormat;
using test::build_png;
using test::FailsWith;
using test::PngSpec;

// All rows with their format, as bytes that can be compared.
struct Rows {
  PixelSize size;
  int channels = 0;
  int bits = 0;
  Bytes samples;
  friend bool operator==(const Rows&, const Rows&) = default;
};

Result<Rows> read_all(detail::RowSource& source) {
  const RowFormat format = source.format();
  std::vector<std::uint16_t> row(format.row_bytes() / 2 + 1);
  auto* bytes = reinterpret_cast<std::uint8_t*>(row.data());
  Rows rows{format.size, format.channels, format.bits, {}};
  for (int y = 0; y < format.size.height; ++y) {
    if (auto read = source.read(bytes); !read) return read.error();
    rows.samples.insert(rows.samples.end(), bytes, bytes + format.row_bytes());
  }
  if (auto sound = source.end(); !sound) return sound.error();
  return rows;
}

Result<Rows> in_rows(const Bytes& file) {
  const auto header = detail::read_header(file, {});
  if (!header) return header.error();
  const detail::Stop stop;
  auto source = detail::open_rows(file, *header, stop);
  if (!source) return source.error();
  return read_all(**source);
}

Result<Rows> as_whole(const Bytes& file) {
  const auto header = detail::read_header(file, {});
  if (!header) return header.error();
  const auto master = detail::decode_master(file, *header, {}, detail::Stop());
  if (!master) return master.error();
  if (master->rgb) return Rows{master->rgb->size, master->rgb->channels, 8, master->rgb->pixels};
  const auto& deep = *master->deep;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(deep.samples.data());
  return Rows{deep.size, deep.channels, 16, Bytes(bytes, bytes + 2 * deep.samples.size())};
}

int channels_of(int colour_type) {
  constexpr int kChannels[] = {1, 0, 3, 1, 2, 0, 4};
  return kChannels[colour_type];
}

PngSpec noisy(PixelSize size, int bit_depth, int colour_type) {
  std::mt19937 random(7);
  PngSpec spec{size, bit_depth, colour_type, {}};
  spec.samples.resize(static_cast<std::size_t>(size.width * size.height * channels_of(colour_type)));
  const unsigned shades = 1U << static_cast<unsigned>(bit_depth);
  for (auto& sample : spec.samples) sample = static_cast<std::uint16_t>(random() % shades);
  if (colour_type == 3) spec.palette = Bytes(3 * shades, 77);
  return spec;
}

std::vector<PngSpec> kinds_of_png() {
  std::vector<PngSpec> kinds;
  for (const int colour_type : {0, 2, 4, 6}) {
    for (const int depth : {8, 16}) {
      kinds.push_back(noisy({23, 19}, depth, colour_type));
      kinds.back().filters = {0, 1, 2, 3, 4};
      kinds.back().idat_bytes = 37;
    }
  }
  for (const int depth : {1, 2, 4}) kinds.push_back(noisy({23, 19}, depth, 0));
  for (const int depth : {1, 4, 8}) kinds.push_back(noisy({23, 19}, depth, 3));
  kinds.push_back(kinds.back());
  kinds.back().transparency = {10, 20, 30};
  for (const int depth : {8, 16}) {
    kinds.push_back(noisy({23, 19}, depth, 2));
    kinds.back().transparency = {0, 1, 0, 2, 0, 3};
  }
  return kinds;
}

TEST(RowSource, OfAPngOfAnyKindGivesTheWholePicture) {
  for (auto spec : kinds_of_png()) {
    for (const bool with_profile : {false, true}) {
      if (with_profile) spec.icc = test::swapped_red_green_profile();
      for (const int orientation : {1, 2}) {
        spec.exif = test::exif_with_orientation(orientation, false);
        const Bytes file = build_png(spec);
        const auto header = detail::read_header(file, {}).value();
        ASSERT_TRUE(comes_in_rows(header));
        const auto expected = as_whole(file).value();
        EXPECT_EQ(in_rows(file).value(), expected) << spec.bit_depth << " bits, colour type " << spec.colour_type
                                                   << ", orientation " << orientation;
      }
    }
  }
}

TEST(RowSource, OfWhatIsNotWrittenInThatOrderIsHeld) {
  auto interlaced = noisy({23, 19}, 16, 6);
  interlaced.interlaced = true;
  std::vector<Bytes> files = {build_png(interlaced), encode_image(test::photo_like({23, 19}, 4), {}).value()};
  for (int orientation = 3; orientation <= 8; ++orientation) {
    for (const int depth : {8, 16}) {
      auto turned = noisy({23, 19}, depth, 2);
      turned.exif = test::exif_with_orientation(orientation, true);
      files.push_back(build_png(turned));
    }
  }
  for (const Bytes& file : files) {
    EXPECT_FALSE(comes_in_rows(detail::read_header(file, {}).value()));
    EXPECT_EQ(in_rows(file).value(), as_whole(file).value());
  }
}

// A cut file is refused or it has all of its pixels, in rows as whole.
TEST(RowSource, OfAFileThatEndsEarlyFailsAsTheWholeDoes) {
  for (const auto& spec : kinds_of_png()) {
    const Bytes file = build_png(spec);
    for (std::size_t size = 0; size < file.size(); ++size) {
      const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      const auto expected = as_whole(part), found = in_rows(part);
      ASSERT_EQ(found.has_value(), expected.has_value()) << "cut after " << size << " of " << file.size();
      if (found.has_value()) {
        ASSERT_EQ(*found, *expected);
      }
    }
  }
}

TEST(RowSource, RefusesDamageUpToTheLastChecksum) {
  for (const int depth : {8, 16}) {
    auto spec = noisy({40, 30}, depth, 2);
    spec.filters = {4, 2};
    spec.idat_bytes = 100;
    const Bytes file = build_png(spec);
    // From the first byte of the first chunk of pixels to the checksum of the last.
    for (std::size_t at = 41; at < file.size() - 12; ++at) {
      Bytes damaged = file;
      damaged[at] ^= 0x10U;
      const auto found = in_rows(damaged);
      ASSERT_EQ(found.has_value(), as_whole(damaged).has_value()) << "byte " << at;
    }
  }
}

// Checksums of chunks are right, so that damage reaches the inflater and the filters.
TEST(RowSource, AgreesWithTheWholeOnDamagedPixels) {
  auto spec = noisy({13, 11}, 8, 2);
  spec.filters = {0, 1, 2, 3, 4};
  const Bytes file = build_png(spec);
  const ByteView pixels = ByteView(file).subspan(41, file.size() - 41 - 16);
  std::mt19937 random(11);
  int taken = 0;
  for (int round = 0; round < 3000; ++round) {
    Bytes data(pixels.begin(), pixels.end());
    data[random() % data.size()] = static_cast<std::uint8_t>(random());
    Bytes made(file.begin(), file.begin() + 33);
    test::append_png_chunk(made, "IDAT", data);
    test::append_png_chunk(made, "IEND", {});
    const auto expected = as_whole(made), found = in_rows(made);
    ASSERT_EQ(found.has_value(), expected.has_value()) << "round " << round;
    if (!found) continue;
    ++taken;
    ASSERT_EQ(*found, *expected) << "round " << round;
  }
  EXPECT_GT(taken, 3);
}

TEST(RowSource, SaysWhenPixelsEndEarly) {
  for (const int depth : {8, 16}) {
    const Bytes file = build_png(noisy({40, 30}, depth, 2));
    const Bytes half(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(file.size() / 2));
    EXPECT_THAT(in_rows(half), FailsWith(Errc::corrupt_data));
  }
}

TEST(RowSource, StopsBetweenRows) {
  std::atomic<bool> cancelled = false;
  const detail::Stop stop(&cancelled);
  for (const auto& spec : kinds_of_png()) {
    cancelled = false;
    const Bytes file = build_png(spec);
    auto source = detail::open_rows(file, detail::read_header(file, {}).value(), stop).value();
    std::vector<std::uint16_t> row(source->format().row_bytes() / 2 + 1);
    EXPECT_THAT(source->read(reinterpret_cast<std::uint8_t*>(row.data())), test::IsOk());
    cancelled = true;
    EXPECT_THAT(source->read(reinterpret_cast<std::uint8_t*>(row.data())), FailsWith(Errc::cancelled));
  }
}

}  // namespace
}  // namespace imagegen
