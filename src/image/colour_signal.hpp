#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

/// \file What a file says of its colours by numbers, without an ICC profile.
namespace imagegen::detail {

/// CIE 1931 x and y.
struct Chromaticity {
  double x = 0.0;
  double y = 0.0;
};

struct Primaries {
  Chromaticity red, green, blue, white;
};

/// How a sample stands for light. Source: ITU-T H.273, table 3.
enum class TransferCurve : std::uint8_t {
  srgb,
  power,       ///< Light is the sample to the power of `gamma`; 1 is linear.
  bt709,       ///< Of BT.601 and BT.2020 as well.
  smpte240,
  logarithm,   ///< Light is 10 to the power of `gamma` times the sample less 1.
  smpte428,
  pq,          ///< HDR, BT.2100.
  hlg,         ///< HDR, BT.2100.
};

struct ColourSignal {
  Primaries primaries;
  TransferCurve curve = TransferCurve::srgb;
  double gamma = 1.0;      ///< Of `power`, and the decades of `logarithm`.
  bool full_range = true;  ///< False where 16 is black and 235 white, of 255.

  bool is_hdr() const noexcept { return curve == TransferCurve::pq || curve == TransferCurve::hlg; }
  /// Nothing has to be converted.
  bool is_srgb() const noexcept;
  /// "sRGB", "Display P3", "BT.2020, PQ", "BT.709, gamma 2.2", "own primaries, linear".
  std::string name() const;
};

/// Nothing where a number is unspecified, reserved or has no meaning for RGB.
///
/// BT.709 beside its own primaries counts as sRGB: video tools write that for pictures whose curve nobody touched, and
/// viewers show them so.
std::optional<ColourSignal> signal_of_cicp(unsigned primaries, unsigned transfer, bool full_range);

/// The numbers of a gAMA and of a cHRM chunk, in 1/100000; either may be absent. Nothing where they make no sense, or
/// where both are absent.
struct PngColourChunks {
  std::optional<std::uint32_t> gamma;
  std::optional<std::array<std::uint32_t, 8>> chromaticities;  ///< White, red, green, blue: x and y.
};
std::optional<ColourSignal> signal_of_png(const PngColourChunks& chunks);

using ColourMatrix = std::array<std::array<double, 3>, 3>;

/// From the light of such primaries to the light of sRGB, white to white (Bradford). Nothing where they span no
/// triangle.
std::optional<ColourMatrix> matrix_to_srgb(const Primaries& primaries);

/// The light of a sample in [0, 1]: 1 is the white of a usual screen. PQ has 49 at its brightest and HLG, whose light is
/// that of the scene, 1.
double light_of(const ColourSignal& signal, double sample);

}  // namespace imagegen::detail
