#include <imagegen/core/cover_window.hpp>
#include <imagegen/core/size_offer.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>

namespace imagegen {
namespace {

// Smaller is better, member by member.
struct Fit {
  double enlargement;  // of the worst output; 1 when none is enlarged
  double cut_away;     // share of the master, mean over the outputs
  std::int64_t pixels;
  auto key() const { return std::tie(enlargement, cut_away, pixels); }
};

Fit fit_of(PixelSize master, std::span<const PixelSize> outputs) {
  Fit fit{1.0, 0.0, std::int64_t{master.width} * master.height};
  for (const auto output : outputs) {
    const auto crop = cover_window(master, {}, output);
    fit.enlargement = std::max({fit.enlargement, output.width / crop.width, output.height / crop.height});
    fit.cut_away += 1.0 - crop.width * crop.height / static_cast<double>(fit.pixels);
  }
  fit.cut_away /= static_cast<double>(outputs.size());
  return fit;
}

PixelSize choose_listed(const std::vector<PixelSize>& listed, std::span<const PixelSize> outputs) {
  return *std::min_element(listed.begin(), listed.end(), [&](PixelSize a, PixelSize b) {
    return fit_of(a, outputs).key() < fit_of(b, outputs).key();
  });
}

enum class Rounding { up, down };

int to_multiple(double side, int multiple, Rounding rounding) {
  // The small slack keeps 1008.0000001, an artefact of scaling, from becoming the next multiple.
  const double steps = side / multiple;
  const double whole = rounding == Rounding::up ? std::ceil(steps - 1e-9) : std::floor(steps + 1e-9);
  return std::max(1, static_cast<int>(whole)) * multiple;
}

struct Sides {
  double width, height;
  double pixels() const { return width * height; }
  void scale(double factor) { width *= factor, height *= factor; }
};

// The smallest sides with room for every output, before the offer's rule is looked at.
Sides covering(std::span<const PixelSize> outputs) {
  Sides sides{1, 1};
  for (const auto output : outputs) {
    sides.width = std::max<double>(sides.width, output.width);
    sides.height = std::max<double>(sides.height, output.height);
  }
  return sides;
}

PixelSize choose_free(const SizeRule& offer, std::span<const PixelSize> outputs) {
  auto sides = covering(outputs);
  sides.width = std::max(sides.width, sides.height / offer.max_aspect);
  sides.height = std::max(sides.height, sides.width / offer.max_aspect);
  if (sides.pixels() < double(offer.min_pixels)) sides.scale(std::sqrt(double(offer.min_pixels) / sides.pixels()));
  const auto grown = PixelSize{to_multiple(sides.width, offer.multiple_of, Rounding::up),
                               to_multiple(sides.height, offer.multiple_of, Rounding::up)};
  if (allows(offer, grown)) return grown;
  if (sides.pixels() > double(offer.max_pixels)) sides.scale(std::sqrt(double(offer.max_pixels) / sides.pixels()));
  if (const double longer = std::max(sides.width, sides.height); longer > offer.max_side)
    sides.scale(offer.max_side / longer);
  // Rounding both sides down can pass the aspect limit by a step; rounding the shorter one up mends that.
  auto shrunk = PixelSize{to_multiple(sides.width, offer.multiple_of, Rounding::down),
                          to_multiple(sides.height, offer.multiple_of, Rounding::down)};
  if (allows(offer, shrunk)) return shrunk;
  int& shorter = shrunk.width < shrunk.height ? shrunk.width : shrunk.height;
  int& longer = shrunk.width < shrunk.height ? shrunk.height : shrunk.width;
  if (shorter * offer.max_aspect < longer)
    longer = to_multiple(shorter * offer.max_aspect, offer.multiple_of, Rounding::down);
  return shrunk;
}

}  // namespace

PixelSize choose_master_size(const SizeOffer& offer, std::span<const PixelSize> outputs) {
  assert(!outputs.empty());
  if (const auto* rule = std::get_if<SizeRule>(&offer)) return choose_free(*rule, outputs);
  return choose_listed(listed_sizes(offer), outputs);
}

}  // namespace imagegen
