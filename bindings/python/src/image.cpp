#include "image.hpp"

#include "buffers.hpp"
#include "errors.hpp"
#include "gil.hpp"

#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <string>

namespace imagegen::python {
namespace py = pybind11;
namespace {

PixelImage from_bitmap(Bitmap decoded) {
  auto bitmap = std::make_shared<const Bitmap>(std::move(decoded));
  return {bitmap->size, bitmap->channels, SharedBytes(ByteView(bitmap->pixels), bitmap), bitmap};
}

PixelImage decode(const py::object& file, std::size_t max_bytes, std::int64_t max_pixels,
                  std::uint64_t max_decoded_bytes, int max_side, int max_time_ms) {
  ImageLimits limits;
  if (max_bytes > 0) limits.max_bytes = max_bytes;
  if (max_pixels > 0) limits.max_pixels = max_pixels;
  if (max_decoded_bytes > 0) limits.max_decoded_bytes = max_decoded_bytes;
  if (max_side > 0) limits.max_side = max_side;
  if (max_time_ms > 0) limits.max_time = std::chrono::milliseconds(max_time_ms);
  const auto bytes = borrow_bytes(file);  // outlives the part without the GIL
  return from_bitmap(value_or_raise(without_gil([&] { return decode_image(bytes.view(), limits); })));
}

/// What an operation has answered: a buffer of exactly this many pixels.
PixelImage wrap(const FileBytes& pixels, int width, int height, int channels) {
  const auto wanted = std::int64_t{width} * height * channels;
  if (width < 1 || height < 1 || wanted != static_cast<std::int64_t>(pixels.bytes.size()))
    throw py::value_error("pixels: expected " + std::to_string(wanted) + " bytes, got " +
                          std::to_string(pixels.bytes.size()));
  return {{width, height}, channels, pixels.bytes};
}

/// The caller's option where it is given.
template <class T>
void take(const py::dict& options, const char* name, T& value) {
  if (options.contains(name)) value = options[name].cast<T>();
}

Encoding encoding_of(const std::string& format, const py::dict& options) {
  Encoding encoding;
  encoding.format = value_or_raise(parse_image_format(format));
  if (options.contains("quality")) encoding.quality = options["quality"].cast<int>();
  take(options, "effort", encoding.effort);
  take(options, "lossless", encoding.lossless);
  take(options, "near_lossless", encoding.near_lossless);
  take(options, "alpha_quality", encoding.alpha_quality);
  take(options, "target_bytes", encoding.target_bytes);
  take(options, "progressive", encoding.progressive);
  take(options, "optimise_coding", encoding.optimise_coding);
  take(options, "compression_level", encoding.compression_level);
  take(options, "bit_depth", encoding.bit_depth);
  take(options, "palette", encoding.palette);
  take(options, "colours", encoding.colours);
  take(options, "dither", encoding.dither);
  if (options.contains("chroma_subsampling"))
    encoding.chroma_subsampling =
        value_or_raise(parse_chroma_subsampling(options["chroma_subsampling"].cast<std::string>()));
  return encoding;
}

FileBytes encode(const py::object& pixels, const std::string& format, const py::dict& options) {
  const auto encoding = encoding_of(format, options);
  std::shared_ptr<const Bitmap> bitmap;
  if (py::isinstance<PixelImage>(pixels)) bitmap = pixels.cast<const PixelImage&>().bitmap;
  if (bitmap == nullptr) bitmap = std::make_shared<const Bitmap>(to_bitmap(pixels));
  return {SharedBytes(value_or_raise(without_gil([&] { return encode_image(*bitmap, encoding); })))};
}

py::buffer_info buffer_of(PixelImage& image) {
  const auto width = static_cast<py::ssize_t>(image.size.width);
  const auto channels = static_cast<py::ssize_t>(image.channels);
  return {const_cast<std::uint8_t*>(image.pixels.view().data()),
          1,
          py::format_descriptor<std::uint8_t>::format(),
          3,
          {static_cast<py::ssize_t>(image.size.height), width, channels},
          {width * channels, channels, py::ssize_t{1}},
          true};
}

}  // namespace

void add_images(py::module_& module) {
  py::class_<PixelImage> image(module, "Image", py::buffer_protocol(), py::is_final(),
                         "Decoded pixels: sRGB, 8 bits a channel, upright. numpy.asarray(image) has the shape "
                         "(height, width, channels) and copies nothing.");
  image.def_buffer(&buffer_of)
      .def_property_readonly("width", [](const PixelImage& image) { return image.size.width; })
      .def_property_readonly("height", [](const PixelImage& image) { return image.size.height; })
      .def_property_readonly("channels", [](const PixelImage& image) { return image.channels; })
      .def("__reduce__",
           [](const PixelImage& image) {
             const auto make = py::module_::import("imagegen._native").attr("wrap_pixels");
             const FileBytes pixels{image.pixels};
             return py::make_tuple(make,
                                   py::make_tuple(pixels, image.size.width, image.size.height, image.channels));
           })
      .def("__repr__", [](const PixelImage& image) {
        return "<imagegen.Image " + to_string(image.size) + ", " + std::to_string(image.channels) + " channels>";
      });
  name_buffer(image);
  refuse_new(image);
  module.def("decode", &decode, py::arg("file"), py::arg("max_bytes"), py::arg("max_pixels"),
             py::arg("max_decoded_bytes"), py::arg("max_side"), py::arg("max_time_ms"));
  module.def("encode", &encode, py::arg("pixels"), py::arg("format"), py::arg("options"));
  module.def("wrap_pixels", &wrap);
}

}  // namespace imagegen::python
