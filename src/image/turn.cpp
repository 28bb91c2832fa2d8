#include "image/turn.hpp"

#include <set>
#include <string>

#include "image/orientation.hpp"

namespace imagegen::detail {
namespace {

// From RGB, because planes of colour that are halved cannot be mirrored where a side is odd.
Master turned(const Master& upright, int orientation) {
  Master master;
  master.size = upright_size(upright.size, orientation);
  master.reduce = upright.reduce;
  master.has_alpha = upright.has_alpha;
  master.notes = upright.notes;
  master.credits = upright.credits;
  if (upright.deep) {
    master.deep = std::make_shared<DeepBitmap>(turn_upright(DeepBitmap(*upright.deep), orientation));
  } else {
    master.rgb = std::make_shared<Bitmap>(turn_upright(Bitmap(*upright.rgb), orientation));
  }
  return master;
}

}  // namespace

int orientation_of(const RenditionSpec& spec) noexcept {
  // By quarter turns, then as it is, flopped, flipped, both.
  constexpr int kOrientations[4][4] = {{1, 2, 4, 3}, {6, 7, 5, 8}, {3, 4, 2, 1}, {8, 5, 7, 6}};
  return kOrientations[spec.rotate > 0 ? spec.rotate / 90 % 4 : 0][(spec.flop ? 1 : 0) + (spec.flip ? 2 : 0)];
}

Result<void> check_turn(const RenditionSpec& spec) {
  if (spec.rotate == 0 || spec.rotate == 90 || spec.rotate == 180 || spec.rotate == 270) return {};
  return Error(Errc::invalid_argument,
               "rotate: expected 0, 90, 180 or 270 degrees, got " + std::to_string(spec.rotate));
}

std::uint64_t TurnedMasters::bytes(const Master& upright, std::span<const RenditionSpec> specs) {
  std::uint64_t pixels = 0;
  if (upright.deep) pixels = 2 * upright.deep->samples.size();
  if (upright.rgb) pixels = upright.rgb->pixels.size();
  const std::uint64_t planes = upright.rgb && upright.rgb->channels == 3 ? pixels : 0;
  std::set<int> turns;
  bool on_their_side = false;
  for (const RenditionSpec& spec : specs) {
    const int orientation = orientation_of(spec);
    if (orientation == 1 || pixels == 0) continue;
    turns.insert(orientation);
    on_their_side = on_their_side || swaps_sides(orientation);
  }
  std::uint64_t own = pixels;
  if (upright.planes) {
    own += upright.planes->y.samples.size() + 2 * upright.planes->cb.samples.size();
  }
  return own + turns.size() * (pixels + planes) + (on_their_side ? pixels : 0);
}

TurnedMasters::TurnedMasters(Master upright, std::span<const RenditionSpec> specs) {
  for (const RenditionSpec& spec : specs) {
    const int orientation = orientation_of(spec);
    const bool has_pixels = upright.rgb || upright.deep;  // else none of these can be made
    if (orientation == 1 || !has_pixels) continue;
    auto found = turned_.find(orientation);
    if (found == turned_.end()) found = turned_.emplace(orientation, turned(upright, orientation)).first;
    if (!found->second.planes && needs_planes(found->second.size, spec)) add_planes(found->second);
  }
  turned_.emplace(1, std::move(upright));
}

const Master& TurnedMasters::of(const RenditionSpec& spec) const {
  const auto found = turned_.find(orientation_of(spec));
  return found == turned_.end() ? turned_.at(1) : found->second;
}

}  // namespace imagegen::detail
