#pragma once
#include <imagegen/image/renditions.hpp>

#include <memory>
#include <mutex>

#include "image/interest.hpp"

/// \file Crops that keep their subject: faces first, then what is interesting.
namespace imagegen::detail {

/// Longer side of the copy of a master that is looked at, px: faces from a fortieth of it on are found.
inline constexpr int kInterestSide = 768;

/// What a copy of a master shows. Never changes.
struct Findings {
  PixelSize master;                  ///< px
  std::vector<PixelRect> faces;      ///< Heads, px of the master, the surest first.
  std::vector<std::int64_t> shares;  ///< How much each of them counts.
  InterestMap attention, entropy;    ///< Of a still smaller copy.
};

/// Looks at a copy with sides of at most kInterestSide px of a master of that size.
Findings look_at(const Bitmap& copy, PixelSize master);

/// A window of the size of `crop`, moved on the axis on which it is smaller than `region` to where it keeps most.
/// \param region Of the master, px; holds the crop.
PixelWindow best_window(const Findings& findings, CropRule rule, PixelWindow crop, PixelRect region);

/// What the window keeps of the subject: the largest face of those that count most, or what is most interesting.
/// Nothing where nothing stands out.
std::optional<KeptSubject> kept_subject(const Findings& findings, CropRule rule, const PixelWindow& crop);

/// Findings that are made when somebody needs them.
struct LazyFindings {
  std::once_flag once;
  Findings findings;
};

/// A sentence for each face that the window cuts.
std::vector<std::string> cut_faces(const Findings& findings, const PixelWindow& crop, PixelSize output);

}  // namespace imagegen::detail
