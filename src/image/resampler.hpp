#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/geometry.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "image/resample_axis.hpp"

namespace imagegen::detail {

/// Makes the rows of a resized picture one at a time, so that whoever wants them (a bitmap, an encoder) never waits for
/// the whole. Vertical pass first: it is the cheaper one per sample, and leaves one row to keep instead of a picture.
///
/// Holds a view of `source`, which must outlive it. Memory is in rows, not in pictures. One thread at a time.
class Resampler {
 public:
  /// \param crop Inside the source, not empty. \param size Both sides at least 1.
  Resampler(const Bitmap& source, PixelRect crop, PixelSize size);

  /// Writes row `y` of the result: size.width * source.channels bytes. Any order; ascending is fastest.
  void make_row(int y, std::uint8_t* out);

 private:
  static constexpr int kRowsAtOnce = 16;  ///< Taps handed to the kernel together; bounds premultiplied rows, too.

  const std::uint8_t* source_row(int y) const;
  const std::int16_t* premultiplied_row(int y);
  void sum_rows(int y);
  void sum_premultiplied_rows(int y);

  const Bitmap& source_;
  PixelRect crop_;
  PixelSize size_;
  int channels_;
  ResampleAxis across_;
  ResampleAxis down_;
  std::vector<std::int32_t> sums_;      ///< The vertical pass of the row being made.
  std::vector<std::int16_t> column_;    ///< The same in the kernels' 16-bit format, padded.
  std::vector<std::int16_t> finished_;  ///< After the horizontal pass, padded.
  std::array<std::vector<std::int16_t>, kRowsAtOnce> premultiplied_;  ///< Row y is in slot y % kRowsAtOnce ...
  std::array<int, kRowsAtOnce> premultiplied_y_{};                    ///< ... when this says so.
};

}  // namespace imagegen::detail
