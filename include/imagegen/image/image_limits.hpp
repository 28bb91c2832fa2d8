#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace imagegen {

/// What is done with pictures of high dynamic range (PQ and HLG of ITU-R BT.2100).
enum class HdrPictures : std::uint8_t {
  tone_map,  ///< They come in sRGB, the light of white paper (203 cd/m2) near white. ImageInfo::notes says so.
  refuse,    ///< Errc::unsupported.
};

/// "tone-map", "refuse"
std::string_view to_string(HdrPictures hdr) noexcept;

/// What a picture from outside may cost. Checked against its header before anything is allocated.
struct ImageLimits {
  std::size_t max_bytes = 64U << 20U;          ///< The file.
  std::int64_t max_pixels = 100'000'000;       ///< Width times height.
  /// Whole pictures in memory at one time: the decoded one, what its decoder holds of it, the copies that turning and
  /// splitting into planes need, and what is resized of one that comes in rows. Rows of a picture do not count.
  std::uint64_t max_decoded_bytes = 512U << 20U;
  int max_side = 32'767;                       ///< px
  std::size_t max_icc_bytes = 4U << 20U;       ///< A longer profile is ignored.
  int max_frames = 10'000;                     ///< Of an animation, of which only the first is decoded.
  std::chrono::milliseconds max_time{60'000};  ///< To decode it, and again to make each output of it.
  HdrPictures hdr = HdrPictures::tone_map;
};

}  // namespace imagegen
