#include <imagegen/core/size_offer.hpp>

#include <algorithm>

namespace imagegen {

bool allows(const SizeOffer& offer, PixelSize size) noexcept {
  if (!offer.fixed.empty()) return std::find(offer.fixed.begin(), offer.fixed.end(), size) != offer.fixed.end();
  if (size.width < 1 || size.height < 1) return false;
  const auto pixels = std::int64_t{size.width} * size.height;
  const auto longer = std::max(size.width, size.height), shorter = std::min(size.width, size.height);
  return size.width % offer.multiple_of == 0 && size.height % offer.multiple_of == 0 && pixels >= offer.min_pixels &&
         pixels <= offer.max_pixels && longer <= offer.max_side && longer <= shorter * offer.max_aspect;
}

}  // namespace imagegen
