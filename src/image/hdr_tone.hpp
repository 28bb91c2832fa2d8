#pragma once
#include <vector>

/// \file High dynamic range brought to that of a usual screen. The same numbers on every machine.
/// Sources: ITU-R BT.2100 (curves), BT.2390, 5.4.1 (the knee), BT.2408 (203 cd/m2 are the white of paper).
namespace imagegen::detail {

inline constexpr double kReferenceWhite = 203.0;   ///< cd/m2; what comes out as white
inline constexpr double kMasteringPeak = 1000.0;   ///< cd/m2; the screen that pictures are taken to be made on

/// cd/m2, up to 10,000, of a PQ sample in [0, 1].
double pq_light(double sample);
double pq_sample(double light);

/// Light of the scene in [0, 1], of an HLG sample in [0, 1].
double hlg_scene_light(double sample);

/// Presses the light of a pixel below white by one factor for its three channels, so that hues stay. The darker part,
/// up to about 92 cd/m2, keeps its light.
class ToneMapping {
 public:
  ToneMapping();

  /// \param rgb Light, 1 for the white of paper, of BT.2020 or other primaries.
  void press(float* rgb) const noexcept;
  /// \param rgb Light of a scene in HLG, in [0, 1]; comes out as the light of its display, then pressed.
  void show_hlg(float* rgb) const noexcept;

 private:
  static constexpr int kSteps = 4096;
  float at(const std::vector<float>& table, float place) const noexcept;

  std::vector<float> factors_;  // over the root of the brightest channel, a part of the peak
  std::vector<float> ootf_;     // Y to the power of 0.2, over the fourth root of Y
};

}  // namespace imagegen::detail
