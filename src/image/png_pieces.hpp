#pragma once
#include <imagegen/core/bytes.hpp>

#include <cstddef>
#include <vector>

namespace imagegen::detail {

/// A PNG without the chunks that its pixels do not need, in order: texts, profiles and whatever else one may carry cost
/// nothing and refuse nothing. What follows a chunk that ends early comes as it is. Views of the file.
class PngPieces {
 public:
  explicit PngPieces(ByteView file);

  /// Copies the next `count` bytes. False where there are fewer.
  bool read(std::uint8_t* to, std::size_t count);

 private:
  std::vector<ByteView> pieces_;
  std::size_t piece_ = 0;
  std::size_t at_ = 0;
};

}  // namespace imagegen::detail
