#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// How a channel of full range is squeezed into the range of video (ITU-R BT.601), which lossy WebP stores.
struct VideoRange {
  std::int16_t reduce;  ///< What is taken away of every value, in 1/65536 of it.
  std::int16_t offset;  ///< Added after that, in the format of fixed_point.hpp without its bias.
  std::uint8_t least, most;
};

/// 0..255 to 16..235, by 219/255.
inline constexpr VideoRange kVideoBrightness{9252, 16'119, 16, 235};
/// 0..255 to 16..240 around 128, by 224/255.
inline constexpr VideoRange kVideoColour{7967, 16'384, 16, 240};

/// narrow_row() into a video range: out[i] = row[i] of fixed_point.hpp, squeezed, rounded and clamped to the range.
void narrow_to_video(std::span<const std::int16_t> row, const VideoRange& range, std::span<std::uint8_t> out);

/// The same, plainly written.
void narrow_to_video_reference(std::span<const std::int16_t> row, const VideoRange& range, std::span<std::uint8_t> out);

}  // namespace imagegen::kernels
