#include "image/exif.hpp"

#include <algorithm>
#include <string_view>

#include "image/byte_reader.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kShort = 3;
constexpr std::uint32_t kLong = 4;  // not what the standard says, but written by some

int orientation_of_entry(ByteView entry, bool big_endian) {
  const auto type = read_bytes(entry, 2, 2, big_endian);
  if (read_bytes(entry, 4, 4, big_endian) != 1 || (type != kShort && type != kLong)) return 1;
  const auto value = read_bytes(entry, 8, type == kShort ? 2 : 4, big_endian);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

}  // namespace

int exif_orientation(ByteView exif) {
  using namespace std::string_view_literals;
  if (starts_with(exif, "Exif\0\0"sv)) exif = exif.subspan(6);
  const bool big_endian = starts_with(exif, "MM\0*"sv);
  if (!big_endian && !starts_with(exif, "II*\0"sv)) return 1;
  if (exif.size() < 8) return 1;
  const std::size_t directory = read_bytes(exif, 4, 4, big_endian);
  if (directory > exif.size() || exif.size() - directory < 2) return 1;
  const auto entries = exif.subspan(directory + 2);
  const auto count = std::min<std::size_t>(read_bytes(exif, directory, 2, big_endian), entries.size() / kEntryBytes);
  for (std::size_t i = 0; i < count; ++i) {
    const auto entry = entries.subspan(i * kEntryBytes, kEntryBytes);
    if (read_bytes(entry, 0, 2, big_endian) == kOrientationTag) return orientation_of_entry(entry, big_endian);
  }
  return 1;
}

}  // namespace imagegen::detail
