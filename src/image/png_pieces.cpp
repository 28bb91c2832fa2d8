#include "image/png_pieces.hpp"

#include <algorithm>
#include <string_view>

#include "image/byte_reader.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kSignature = 8;
constexpr std::size_t kAroundChunkData = 12;  // length, type and checksum

// Critical ones begin with a capital letter (PNG, third edition, 5.4).
bool is_for_pixels(std::string_view type) {
  return type == "tRNS" || (type[0] >= 'A' && type[0] <= 'Z');
}

}  // namespace

PngPieces::PngPieces(ByteView file) {
  std::size_t at = std::min(kSignature, file.size());
  pieces_.push_back(file.first(at));
  while (file.size() - at >= kAroundChunkData) {
    const std::size_t length = read_be32(file, at);
    if (length > file.size() - at - kAroundChunkData) break;
    const std::size_t whole = length + kAroundChunkData;
    if (is_for_pixels(as_text(file.subspan(at + 4, 4)))) pieces_.push_back(file.subspan(at, whole));
    at += whole;
  }
  pieces_.push_back(file.subspan(at));
}

bool PngPieces::read(std::uint8_t* to, std::size_t count) {
  while (count > 0 && piece_ < pieces_.size()) {
    const ByteView rest = pieces_[piece_].subspan(at_);
    const std::size_t part = std::min(count, rest.size());
    std::copy_n(rest.begin(), part, to);
    to += part;
    count -= part;
    at_ += part;
    if (at_ == pieces_[piece_].size()) {
      ++piece_;
      at_ = 0;
    }
  }
  return count == 0;
}

}  // namespace imagegen::detail
