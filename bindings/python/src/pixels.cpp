#include "gil.hpp"
#include "image.hpp"

#include <algorithm>
#include <string>

namespace imagegen::python {
namespace py = pybind11;
namespace {

bool is_byte(const py::buffer_info& info) {
  return info.itemsize == 1 &&
         (info.format == "B" || info.format == "=B" || info.format == "<B" || info.format == "|u1");
}

/// Sides, and how many bytes lie between neighbours.
struct Layout {
  py::ssize_t height, width, channels;
  py::ssize_t row, column, channel;
};

Layout layout_of(const py::buffer_info& info) {
  if (!is_byte(info)) throw py::type_error("pixels: expected bytes (uint8), got format '" + info.format + "'");
  if (info.ndim == 2) return {info.shape[0], info.shape[1], 1, info.strides[0], info.strides[1], 1};
  if (info.ndim != 3)
    throw py::value_error("pixels: expected the shape (height, width) or (height, width, channels), got " +
                          std::to_string(info.ndim) + " dimensions");
  return {info.shape[0], info.shape[1], info.shape[2], info.strides[0], info.strides[1], info.strides[2]};
}

void check(const Layout& layout) {
  constexpr py::ssize_t most = 65'535;
  if (layout.height < 1 || layout.width < 1 || layout.height > most || layout.width > most)
    throw py::value_error("pixels: expected sides in 1..65535, got " + std::to_string(layout.width) + "x" +
                          std::to_string(layout.height));
  if (layout.channels != 1 && layout.channels != 3 && layout.channels != 4)
    throw py::value_error("pixels: expected 1, 3 or 4 channels, got " + std::to_string(layout.channels));
}

void copy_row(const Layout& layout, const std::uint8_t* from, std::uint8_t* to) {
  if (layout.channel == 1 && layout.column == layout.channels) {
    std::copy_n(from, layout.width * layout.channels, to);
    return;
  }
  for (py::ssize_t x = 0; x < layout.width; ++x) {
    for (py::ssize_t c = 0; c < layout.channels; ++c) *to++ = from[x * layout.column + c * layout.channel];
  }
}

}  // namespace

Bitmap to_bitmap(py::handle pixels) {
  const auto info = py::reinterpret_borrow<py::buffer>(pixels).request();
  const auto layout = layout_of(info);
  check(layout);
  Bitmap bitmap{
      {static_cast<int>(layout.width), static_cast<int>(layout.height)}, static_cast<int>(layout.channels), {}};
  const auto* data = static_cast<const std::uint8_t*>(info.ptr);
  without_gil([&] {
    bitmap.pixels.resize(bitmap.stride_bytes() * static_cast<std::size_t>(layout.height));
    for (py::ssize_t y = 0; y < layout.height; ++y)
      copy_row(layout, data + y * layout.row, bitmap.row(static_cast<int>(y)));
  });
  return bitmap;
}

}  // namespace imagegen::python
