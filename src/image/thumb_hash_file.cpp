#include <imagegen/image/decode.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include <algorithm>
#include <new>
#include <string>

#include "image/band_resampler.hpp"
#include "image/master.hpp"
#include "image/resampler.hpp"
#include "image/row_source.hpp"
#include "image/thumb_hash.hpp"

namespace imagegen {
namespace {

using detail::FileHeader;
using detail::LineWindow;
using detail::Stop;

constexpr int kRowsOfBand = 16;

// A JPEG is decoded smaller as long as this many times the side that counts remain: then the hash hardly differs.
constexpr int kThumbReserve = 2;

int jpeg_reduction(PixelSize size) {
  const int longest = std::max(size.width, size.height);
  for (const int reduce : {8, 4, 2}) {
    if (longest / reduce >= kThumbReserve * detail::kThumbHashLargestSide) return reduce;
  }
  return 1;
}

// All of a picture that was decoded to a part of its size. Its last row and column may stand for less than the others.
detail::Window whole_window(PixelSize size, PixelSize form, int reduce) {
  const auto line = [&](int side, int form_side) {
    const double length = static_cast<double>(side) / reduce;
    return LineWindow{0.0, length, std::min(length, static_cast<double>(form_side))};
  };
  return {line(size.width, form.width), line(size.height, form.height)};
}

Result<Bitmap> small_jpeg(ByteView file, const FileHeader& header, const Stop& stop) {
  const PixelSize full = header.info.size;
  const int reduce = jpeg_reduction(full);
  auto master = detail::decode_master(file, header, {true, false, reduce}, stop);
  if (!master) return master.error();
  const Bitmap& picture = *master->rgb;
  const PixelSize size = detail::thumb_hash_size(full);
  if (picture.size == size) return picture;
  return detail::collect(*resampled(detail::view_of(picture), whole_window(full, picture.size, reduce), size, {}));
}

// As resize() makes it of the whole picture in 8 bits.
Result<Bitmap> shrunk(detail::RowSource& rows, PixelSize size) {
  const auto format = rows.format();
  const auto resampler =
      detail::band_resampled(format.channels, detail::exact_axes(detail::window_of(format.size), size, {}));
  Bytes band(format.row_bytes() * kRowsOfBand);
  for (int y = 0; y < format.size.height; y += kRowsOfBand) {
    const int count = std::min(kRowsOfBand, format.size.height - y);
    for (int i = 0; i < count; ++i) {
      auto read = rows.read(band.data() + static_cast<std::size_t>(i) * format.row_bytes());
      if (!read) return read.error();
    }
    resampler->take({band.data(), format.row_bytes(), y, count});
  }
  if (auto sound = rows.end(); !sound) return sound.error();
  return collect(*resampler->rows());
}

Result<Bitmap> small_picture(ByteView file, const FileHeader& header, const Stop& stop) {
  if (header.info.format == ImageFormat::jpeg) return small_jpeg(file, header, stop);
  auto opened = open_rows(file, header, stop);
  if (!opened) return opened.error();
  const auto rows = narrowed(std::move(*opened));
  const PixelSize size = detail::thumb_hash_size(header.info.size);
  return size == header.info.size ? collect(*rows) : shrunk(*rows, size);
}

}  // namespace

Result<Bytes> thumb_hash_of_file(ByteView file, const ImageLimits& limits) {
  const auto header = detail::read_header(file, limits);
  if (!header) return header.error();
  const Stop stop(nullptr, limits.max_time);
  try {
    const auto picture = small_picture(file, *header, stop);
    if (!picture) return picture.error();
    return detail::thumb_hash_of_small(*picture);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(header->info.stored_size));
  }
}

}  // namespace imagegen
