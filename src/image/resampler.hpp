#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "image/band_resampler.hpp"
#include "image/kernels/narrow_to_video.hpp"
#include "image/resample_axis.hpp"
#include "image/row_stream.hpp"

namespace imagegen::detail {

/// What the samples of a resized channel mean.
enum class SampleRange : std::uint8_t { full, video_brightness, video_colour };

/// What comes after the vertical pass of 8-bit rows: the horizontal one, and the way back to bytes.
class RowFinisher {
 public:
  /// \param range Other than full: one channel only.
  RowFinisher(const ExactAxis& across, int channels, SampleRange range);

  std::size_t sums() const { return sums_; }  ///< As many as finish() takes.
  int width() const { return width_; }        ///< px
  /// \param sums From weights and bytes, of RGBA from weights and premultiply_row().
  void finish(std::span<const std::int32_t> sums, std::uint8_t* out);

 private:
  void mix_columns();
  void narrow(std::uint8_t* out) const;

  int channels_;
  SampleRange range_;
  int width_;
  std::size_t sums_;
  ResampleAxis across_;
  std::vector<std::int16_t> column_;    ///< The vertical pass in the kernels' 16-bit format, padded.
  std::vector<std::int16_t> finished_;  ///< After the horizontal pass, padded.
};

/// Makes the rows of a resized picture one at a time, so that whoever wants them (a bitmap, an encoder) never waits for
/// the whole. Vertical pass first: it is the cheaper one per sample, and leaves one row to keep instead of a picture.
///
/// Holds a view of the source, which must outlive it. Memory is in rows, not in pictures. One thread at a time.
class Resampler : public RowStream {
 public:
  /// \param range Other than full: one channel only.
  Resampler(const PlaneView& source, const ExactAxis& across, const ExactAxis& down,
            SampleRange range = SampleRange::full);

  RowFormat format() const override { return {size_, source_.channels, 8}; }
  void read(std::uint8_t* out) override;

 private:
  static constexpr int kRowsAtOnce = 16;  ///< Taps handed to the kernel together; bounds premultiplied rows, too.

  const std::uint8_t* source_row(int y) const;
  const std::int16_t* premultiplied_row(int y);
  void sum_rows(int y);
  void sum_premultiplied_rows(int y);

  PlaneView source_;
  RowFinisher finisher_;
  PixelSize size_;
  int left_;  ///< The source column that the sums begin at.
  ResampleAxis down_;
  std::vector<std::int32_t> sums_;  ///< The vertical pass of the row being made.
  std::array<std::vector<std::int16_t>, kRowsAtOnce> premultiplied_;  ///< Row y is in slot y % kRowsAtOnce ...
  std::array<int, kRowsAtOnce> premultiplied_y_{};                    ///< ... when this says so.
  int y_ = 0;
};

/// The rows of a part of `source`, at `size` px. The window lies inside and is not empty.
RowStreamPtr resampled(const PlaneView& source, const Window& window, PixelSize size, const ResizeOptions& options,
                       SampleRange range = SampleRange::full);
RowStreamPtr resampled(const PlaneView& source, const ExactAxes& axes);

/// The same of a source of 1, 3 or 4 channels that comes in bands.
BandResamplerPtr band_resampled(int channels, const ExactAxes& axes, SampleRange range = SampleRange::full);

/// The rows of a picture mixed with their neighbours by a Gaussian of `sigma` px. The picture must outlive them.
RowStreamPtr blurred(const Bitmap& picture, float sigma);

}  // namespace imagegen::detail
