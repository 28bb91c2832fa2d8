// Any EXIF block has an orientation, the same with its name in front, and none that lies behind its end.
#include "image/exif.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const imagegen::Bytes block(data, data + size);
  const int orientation = imagegen::detail::exif_orientation(block);
  require(orientation >= 1 && orientation <= 8);
  imagegen::Bytes named = {'E', 'x', 'i', 'f', 0, 0};
  const bool has_name = size >= 6 && std::equal(named.begin(), named.end(), data);
  named.insert(named.end(), block.begin(), block.end());
  if (!has_name) require(imagegen::detail::exif_orientation(named) == orientation);
  // What stands behind a block that has an orientation does not change it.
  imagegen::Bytes longer = block;
  longer.insert(longer.end(), 64, 0xFF);
  if (orientation != 1) require(imagegen::detail::exif_orientation(longer) == orientation);
  return 0;
}
