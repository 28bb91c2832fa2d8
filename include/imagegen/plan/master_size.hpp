#pragma once
#include <imagegen/core/size_offer.hpp>

#include <span>

/// \file Decides which size to ask a provider for. Pure: no pixels, no I/O, no clock.
namespace imagegen {

/// The size of `offer` from which all `outputs` (px, at least one, none empty) can be cut best: first the one whose
/// worst output is enlarged least, then the one of which least is cut away, then the smallest, then the first of the
/// list. Where any size may be asked for, it is the smallest from which nothing needs enlarging, as far as the rule
/// allows. Deterministic, safe from any thread.
PixelSize choose_master_size(const SizeOffer& offer, std::span<const PixelSize> outputs);

}  // namespace imagegen
