#pragma once
#include <imagegen/core/bitmap.hpp>

#include <cstdint>
#include <memory>
#include <span>

#include "image/pixels.hpp"

namespace imagegen::detail {

/// What the rows of a stream look like.
struct RowFormat {
  PixelSize size;    ///< px
  int channels = 3;  ///< 1, 3 or 4; 4 has straight alpha.
  int bits = 8;      ///< 8, or 16 in the order of the machine.

  std::size_t row_samples() const noexcept {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
  }
  std::size_t row_bytes() const noexcept { return row_samples() * (bits == 16 ? 2U : 1U); }
};

/// The rows of a picture, one after the other, top first: what stages hand on, so that only the stage that needs a
/// whole picture ever holds one. One thread at a time.
class RowStream {
 public:
  virtual ~RowStream() = default;
  virtual RowFormat format() const = 0;
  /// Writes the next row: format().row_bytes() bytes, aligned to 2. Not called more often than there are rows.
  virtual void read(std::uint8_t* out) = 0;
};

using RowStreamPtr = std::unique_ptr<RowStream>;

/// The three planes of a picture in step. For a 4:2:0 picture cb and cr have half of the rows and columns, rounded up.
/// A grey picture has no cb and cr.
struct PlanarRows {
  RowStreamPtr y, cb, cr;
};

/// The rows of a bitmap, which must outlive the stream.
RowStreamPtr rows_of(const Bitmap& picture);

/// The rows of a part of a bitmap at their size. The crop lies inside.
RowStreamPtr rows_of(const Bitmap& picture, PixelRect crop);

/// Rows in memory, of which this becomes the owner.
RowStreamPtr rows_of(Bytes rows, const RowFormat& format);

/// All rows of a stream of 8 bits that has not been read from.
Bitmap collect(RowStream& rows);

/// 16-bit samples as 8-bit ones, rounded.
void narrow_samples(std::span<const std::uint16_t> samples, std::uint8_t* out);

/// A picture of 16 bits as one of 8, rounded.
Bitmap narrowed(const DeepBitmap& picture);

/// 16-bit rows as 8-bit ones, rounded. Eight-bit ones come through.
RowStreamPtr narrowed(RowStreamPtr rows);

/// RGBA over a colour, as RGB; without alpha they come through. `rgb` is 0..255 each.
RowStreamPtr flattened(RowStreamPtr rows, const std::uint8_t (&rgb)[3]);

/// The rows put at `at` into a canvas of `canvas` px in one colour, RGBA. Grey becomes RGB; where the colour is not
/// opaque the result has alpha.
RowStreamPtr padded(RowStreamPtr rows, PixelSize canvas, int left, int top, const std::uint8_t (&rgba)[4]);

}  // namespace imagegen::detail
