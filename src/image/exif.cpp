#include "image/exif.hpp"

#include <algorithm>
#include <string_view>

#include "image/byte_reader.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kAscii = 2;
constexpr std::uint32_t kUtf8 = 129;  // of EXIF 3.0
constexpr std::uint32_t kShort = 3;
constexpr std::uint32_t kLong = 4;  // not what the standard says, but written by some

int orientation_of_entry(ByteView entry, bool big_endian) {
  const auto type = read_bytes(entry, 2, 2, big_endian);
  if (read_bytes(entry, 4, 4, big_endian) != 1 || (type != kShort && type != kLong)) return 1;
  const auto value = read_bytes(entry, 8, type == kShort ? 2 : 4, big_endian);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

// The first directory of a block.
struct Directory {
  ByteView block;  // where offsets count from
  bool big_endian = false;
  ByteView entries = {};
  std::size_t count = 0;

  // The entry with the tag; empty where there is none.
  ByteView find(std::uint32_t tag) const {
    for (std::size_t i = 0; i < count; ++i) {
      const auto entry = entries.subspan(i * kEntryBytes, kEntryBytes);
      if (read_bytes(entry, 0, 2, big_endian) == tag) return entry;
    }
    return {};
  }
};

Directory open_block(ByteView exif) {
  using namespace std::string_view_literals;
  if (starts_with(exif, "Exif\0\0"sv)) exif = exif.subspan(6);
  Directory found{exif, starts_with(exif, "MM\0*"sv)};
  if (!found.big_endian && !starts_with(exif, "II*\0"sv)) return found;
  if (exif.size() < 8) return found;
  const std::size_t directory = read_bytes(exif, 4, 4, found.big_endian);
  if (directory > exif.size() || exif.size() - directory < 2) return found;
  found.entries = exif.subspan(directory + 2);
  found.count =
      std::min<std::size_t>(read_bytes(exif, directory, 2, found.big_endian), found.entries.size() / kEntryBytes);
  return found;
}

}  // namespace

int exif_orientation(ByteView exif) {
  const auto directory = open_block(exif);
  const auto entry = directory.find(kOrientationTag);
  return entry.empty() ? 1 : orientation_of_entry(entry, directory.big_endian);
}

std::string_view exif_text(ByteView exif, std::uint32_t tag) {
  const auto directory = open_block(exif);
  const auto entry = directory.find(tag);
  if (entry.empty()) return {};
  const auto type = read_bytes(entry, 2, 2, directory.big_endian);
  if (type != kAscii && type != kUtf8) return {};
  const std::size_t size = read_bytes(entry, 4, 4, directory.big_endian);
  if (size <= 4) return as_text(entry.subspan(8, size));  // it stands in the place of its offset
  const std::size_t offset = read_bytes(entry, 8, 4, directory.big_endian);
  if (offset > directory.block.size() || size > directory.block.size() - offset) return {};
  return as_text(directory.block.subspan(offset, size));
}

}  // namespace imagegen::detail
