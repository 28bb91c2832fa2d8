#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/result.hpp>

#include <cstddef>
#include <cstdint>

#include "image/stop.hpp"

/// \file A lossy WebP encoder: key frames of VP8 as RFC 6386 has them, tuned to what libwebp's method 4 makes.
namespace imagegen::detail::vp8 {

/// BT.601 in video range, chroma halved both ways (rounded up). Borrowed for the call.
struct Planes {
  const std::uint8_t* y = nullptr;
  const std::uint8_t* u = nullptr;
  const std::uint8_t* v = nullptr;
  std::size_t y_stride = 0, uv_stride = 0;  ///< bytes
  PixelSize size;                           ///< Of the luma, px; sides in [1, 16383].
};

struct Settings {
  int quality = 90;  ///< 0..100, with the quantisers of libwebp.
};

/// Makes a whole WebP file. Deterministic, and the same bytes on every instruction set.
///
/// \param stop Asked between rows of macroblocks.
/// \return Errc::invalid_argument for an empty picture or a quality out of range, Errc::limit_exceeded for sides or
///         contents that the format cannot hold, or what `stop` says.
Result<Bytes> encode(const Planes& planes, const Settings& settings, const Stop& stop);

}  // namespace imagegen::detail::vp8
