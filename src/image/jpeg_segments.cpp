#include "image/jpeg_segments.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "image/byte_reader.hpp"

namespace imagegen::detail {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t kApp1 = 0xE1;
constexpr std::uint8_t kApp2 = 0xE2;
constexpr std::uint8_t kStartOfScan = 0xDA;
constexpr std::uint8_t kEndOfImage = 0xD9;
constexpr auto kExifName = "Exif\0\0"sv;
constexpr auto kIccName = "ICC_PROFILE\0"sv;
constexpr std::size_t kIccHead = 14;  // the name, the number of the piece from 1, how many there are

struct IccPieces {
  std::array<ByteView, 256> data;
  std::size_t count = 0;

  void add(ByteView segment) {
    if (segment.size() < kIccHead) return;
    count = segment[13];
    data[segment[12]] = segment.subspan(kIccHead);
  }
};

Bytes join(const IccPieces& pieces, std::size_t max_bytes) {
  Bytes profile;
  for (std::size_t i = 1; i <= pieces.count; ++i) {
    const auto& piece = pieces.data[i];
    if (piece.empty() || piece.size() > max_bytes - profile.size()) return {};
    profile.insert(profile.end(), piece.begin(), piece.end());
  }
  return profile;
}

}  // namespace

JpegSegments read_jpeg_segments(ByteView file, std::size_t max_icc_bytes) {
  JpegSegments segments;
  IccPieces icc;
  for (std::size_t at = 2; at + 4 <= file.size();) {
    if (file[at] != 0xFF) break;
    const std::uint8_t marker = file[at + 1];
    if (marker == 0xFF) {  // a fill byte
      ++at;
      continue;
    }
    if (marker == kStartOfScan || marker == kEndOfImage) break;
    const std::size_t length = read_be16(file, at + 2);  // counts itself
    if (length < 2 || length > file.size() - at - 2) break;
    const ByteView data = file.subspan(at + 4, length - 2);
    if (marker == kApp1 && segments.exif.empty() && starts_with(data, kExifName)) segments.exif = data;
    if (marker == kApp2 && starts_with(data, kIccName)) icc.add(data);
    at += 2 + length;
  }
  segments.has_icc = icc.count > 0;
  segments.icc = join(icc, max_icc_bytes);
  return segments;
}

}  // namespace imagegen::detail
