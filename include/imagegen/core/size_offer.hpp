#pragma once
#include <imagegen/core/geometry.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// \file Which pixel sizes a model makes, and which of them to ask for. Pure: no pixels, no I/O, no clock.
namespace imagegen {

/// Any size within these bounds may be asked for.
struct SizeRule {
  int multiple_of = 1;                   ///< Both sides, px.
  std::int64_t min_pixels = 1;           ///< Width times height.
  std::int64_t max_pixels = 16'777'216;  ///< The same; 2^24 unless the model says otherwise.
  int max_side = 8192;                   ///< px
  double max_aspect = 8.0;               ///< Longer side over shorter side.
  friend bool operator==(const SizeRule&, const SizeRule&) = default;
};

/// These, and no others.
struct SizeList {
  std::vector<PixelSize> sizes;  ///< At least one, best liked first.
  friend bool operator==(const SizeList&, const SizeList&) = default;
};

/// A shape that is asked for by its words.
struct RatioSize {
  std::string ratio;  ///< The service's own word: "16:9".
  std::string level;  ///< How large, in the service's own word: "2K"; empty where there is one size only.
  PixelSize size;     ///< What usually comes of it, px.
  friend bool operator==(const RatioSize&, const RatioSize&) = default;
};

/// Shapes by name; no pixel size can be asked for.
struct RatioList {
  std::vector<RatioSize> sizes;  ///< At least one, best liked first.
  friend bool operator==(const RatioList&, const RatioList&) = default;
};

/// Nothing can be asked for.
struct ServerDecides {
  PixelSize usual{1024, 1024};  ///< What is reckoned with, px.
  friend bool operator==(const ServerDecides&, const ServerDecides&) = default;
};

/// What a model lets callers say of the size of its pictures.
using SizeOffer = std::variant<SizeRule, SizeList, RatioList, ServerDecides>;

/// Whether `size` can be asked for: it is on the list, within the rule, the usual size of a shape, or what the server
/// is reckoned to decide.
bool allows(const SizeOffer& offer, PixelSize size);

/// The sizes of a list, the usual ones of shapes or of the server; empty where a rule allows any.
std::vector<PixelSize> listed_sizes(const SizeOffer& offer);

/// The shape that usually comes out at `size`; null where the offer has no such shape.
const RatioSize* shape_of(const SizeOffer& offer, PixelSize size);

/// In words, for messages: "one of 1024x1024, 1536x1024".
std::string describe(const SizeOffer& offer);

/// The size of `offer` from which all `outputs` (px, at least one, none empty) can be cut best: first the one whose
/// worst output is enlarged least, then the one of which least is cut away, then the smallest, then the first of the
/// list. Where any size may be asked for, it is the smallest from which nothing needs enlarging, as far as the rule
/// allows. Deterministic, safe from any thread.
PixelSize choose_master_size(const SizeOffer& offer, std::span<const PixelSize> outputs);

}  // namespace imagegen
