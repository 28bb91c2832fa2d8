#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/shared_bytes.hpp>

#include <pybind11/pybind11.h>

namespace imagegen::python {

/// imagegen.Image: pixels that nobody changes, with the buffer protocol in the shape (height, width, channels).
struct PixelImage {
  PixelSize size;
  int channels = 3;
  SharedBytes pixels;                              ///< without padding
  std::shared_ptr<const Bitmap> bitmap = nullptr;  ///< the owner of `pixels`, where it is one
};

/// Two or three dimensions of one byte each: (height, width) or (height, width, channels); any strides.
/// \throws ValueError for another shape, TypeError for another type.
Bitmap to_bitmap(pybind11::handle pixels);

void add_images(pybind11::module_& module);

}  // namespace imagegen::python
