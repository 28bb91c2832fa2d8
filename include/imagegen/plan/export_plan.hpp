#pragma once
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/result.hpp>

#include <span>
#include <string>
#include <vector>

/// \file Decides which renditions of a picture to make. Pure: no pixels, no I/O, no clock.
namespace imagegen {

/// A rendition somebody wants, such as "hero, 1600x900, webp".
struct ExportPreset {
  std::string name;            ///< Unique in a plan; ends up in the object key.
  PixelSize box;               ///< Target, px. The source is cropped to its aspect ratio, as CSS `cover`.
  Encoding encoding;           ///< Format, and quality 0-100.
  CropPosition position;       ///< Which part stays. Its point in [0, 1].
  bool allow_upscale = false;  ///< When false, a box larger than the crop is skipped.
};

/// A rendition with nothing left to decide.
struct ExportStep {
  std::string name;       ///< Of its preset.
  PixelWindow window;     ///< Source px, EXIF orientation applied; never outside the source.
  PixelRect crop;         ///< The whole pixels nearest to it.
  PixelSize size;         ///< Output px; both sides at least 1.
  Encoding encoding;      ///< Of its preset.
  bool upscaled = false;  ///< The window is smaller than the output on a side.
};

/// What comes of presets and a source.
struct ExportPlan {
  std::vector<ExportStep> steps;     ///< In preset order.
  std::vector<std::string> skipped;  ///< Names of presets that would have needed upscaling.
};

/// Resolves `presets` against a source of `source` px.
///
/// \return The plan, or Errc::invalid_argument for an empty source or box, a point out of range,
///         or two presets of one name.
/// Deterministic, safe from any thread, linear in the presets.
Result<ExportPlan> plan_export(PixelSize source, std::span<const ExportPreset> presets);

}  // namespace imagegen
