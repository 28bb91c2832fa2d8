#pragma once
#include <map>
#include <span>

#include "image/master.hpp"
#include "image/rendering.hpp"

/// \file Outputs that are turned or mirrored, all of one master.
namespace imagegen::detail {

/// The EXIF orientation that turns and mirrors as `spec` asks for; 1 where it asks for nothing. Mirrors come before the
/// turn, as in sharp. A turn that check_turn() refuses counts as
/// some other.
int orientation_of(const RenditionSpec& spec) noexcept;

/// Errc::invalid_argument for a turn that is none of 0, 90, 180 and 270 degrees.
Result<void> check_turn(const RenditionSpec& spec);

/// A master as it is, and turned in every way that its outputs ask for. Never changes; any number of threads may read
/// it.
class TurnedMasters {
 public:
  TurnedMasters(Master upright, std::span<const RenditionSpec> specs);

  /// Bytes that making them takes at the most, with those of `upright`.
  static std::uint64_t bytes(const Master& upright, std::span<const RenditionSpec> specs);

  /// As `spec` asks for; as it is where the spec cannot be made at all.
  const Master& of(const RenditionSpec& spec) const;

 private:
  std::map<int, Master> turned_;  ///< By orientation.
};

}  // namespace imagegen::detail
