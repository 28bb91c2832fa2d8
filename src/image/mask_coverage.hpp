#pragma once
#include <imagegen/image/mask.hpp>

#include <string>
#include <string_view>

/// \file How much a mask edits, and what is said of one that edits nothing or everything. All masks have been checked.
namespace imagegen::detail {

enum class Edits : std::uint8_t { nothing, part, everything };

Edits edits_of(const Mask& mask);

/// As of MaskCoverage.
double edited_share(const Mask& mask);

/// "12.4 %"
std::string percent(double share);

/// The error of a mask that edits nothing or everything: "mask: HOW, it edits nothing: all 12 pixels are below 128HINT".
Error edits_no_part(const Mask& mask, std::string_view how, std::string_view hint);

}  // namespace imagegen::detail
