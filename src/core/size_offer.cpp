#include <imagegen/core/size_offer.hpp>

#include <algorithm>

namespace imagegen {
namespace {

bool is_within(const SizeRule& rule, PixelSize size) {
  if (size.width < 1 || size.height < 1) return false;
  const auto pixels = std::int64_t{size.width} * size.height;
  const auto longer = std::max(size.width, size.height), shorter = std::min(size.width, size.height);
  return size.width % rule.multiple_of == 0 && size.height % rule.multiple_of == 0 && pixels >= rule.min_pixels &&
         pixels <= rule.max_pixels && longer <= rule.max_side && longer <= shorter * rule.max_aspect;
}

std::string in_words(const SizeRule& rule) {
  const auto ratio = std::to_string(rule.max_aspect);
  return "sides that " + std::to_string(rule.multiple_of) + " divides, up to " + std::to_string(rule.max_side) +
         " px, a ratio up to " + ratio.substr(0, ratio.find('.') + 2) + ", and " + std::to_string(rule.min_pixels) +
         " to " + std::to_string(rule.max_pixels) + " px in all";
}

}  // namespace

bool allows(const SizeOffer& offer, PixelSize size) {
  if (const auto* rule = std::get_if<SizeRule>(&offer)) return is_within(*rule, size);
  const auto sizes = listed_sizes(offer);
  return std::find(sizes.begin(), sizes.end(), size) != sizes.end();
}

std::vector<PixelSize> listed_sizes(const SizeOffer& offer) {
  if (const auto* list = std::get_if<SizeList>(&offer)) return list->sizes;
  if (const auto* decided = std::get_if<ServerDecides>(&offer)) return {decided->usual};
  std::vector<PixelSize> sizes;
  if (const auto* shapes = std::get_if<RatioList>(&offer))
    for (const RatioSize& shape : shapes->sizes) sizes.push_back(shape.size);
  return sizes;
}

const RatioSize* shape_of(const SizeOffer& offer, PixelSize size) {
  const auto* shapes = std::get_if<RatioList>(&offer);
  if (shapes == nullptr) return nullptr;
  const auto found = std::find_if(shapes->sizes.begin(), shapes->sizes.end(),
                                  [&](const RatioSize& shape) { return shape.size == size; });
  return found == shapes->sizes.end() ? nullptr : &*found;
}

std::string describe(const SizeOffer& offer) {
  if (const auto* rule = std::get_if<SizeRule>(&offer)) return in_words(*rule);
  std::string text;
  for (const auto size : listed_sizes(offer)) text += (text.empty() ? "" : ", ") + to_string(size);
  return "one of " + text;
}

}  // namespace imagegen
