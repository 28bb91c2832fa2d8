#pragma once
#include <imagegen/core/result.hpp>

#include "image/raw_picture.hpp"
#include "image/row_stream.hpp"

/// \file A master whose rows come one after the other, upright and in sRGB.
namespace imagegen::detail {

/// The rows of a master, top first. One thread at a time.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// 3 or 4 channels.
  virtual RowFormat format() const = 0;
  /// Writes the next row: format().row_bytes() bytes, aligned to 2. Errors as decode_image(); then there are no more.
  virtual Result<void> read(std::uint8_t* out) = 0;
  /// After the last row: whether the file is as sound as a decoder of the whole picture would find it.
  virtual Result<void> end() = 0;
};

using RowSourcePtr = std::unique_ptr<RowSource>;

/// When a master goes through memory in bands, and in which. Tests lower both.
struct BandPlan {
  /// Masters of more bytes are not held, or not copied where they must be held; what is smaller is quicker whole.
  std::uint64_t largest_held = 128U << 20U;
  /// Of a band, but it has 16 rows at least. Small enough for caches that are shared, large enough for what it costs to
  /// hand it to threads.
  std::size_t band_bytes = 2U << 20U;
};

/// Whether open_rows() can decode row by row: the file is written in the order of its upright rows.
bool comes_in_rows(const FileHeader& header) noexcept;

/// The rows of a file: decoded as they are read where comes_in_rows() says so, else of the whole picture, which is held
/// once and checked against the limits. `file` and `stop` must outlive them.
Result<RowSourcePtr> open_rows(ByteView file, const FileHeader& header, const Stop& stop);

/// The rows of a picture in memory, turned as its EXIF orientation asks for.
RowSourcePtr held_rows(Bitmap picture, int orientation);
RowSourcePtr held_rows(DeepBitmap picture, int orientation);

/// 16-bit rows as 8-bit ones, rounded. Eight-bit ones come through.
RowSourcePtr narrowed(RowSourcePtr rows);

/// All rows of a source of 8 bits that has not been read from, and its end.
Result<Bitmap> collect(RowSource& rows);

}  // namespace imagegen::detail
