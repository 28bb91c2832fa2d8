#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include <boost/json.hpp>

#include "boundary.hpp"

namespace capi = imagegen::capi;
namespace js = boost::json;
using imagegen::Bitmap;
using imagegen::Bytes;
using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;

namespace {

constexpr std::uint32_t kLargestSide = 65'535;  // px
constexpr std::size_t kMostRenditions = 1'000;
constexpr std::uint32_t kLongestMs = 3'600'000;
constexpr std::uint64_t kMostDecodedBytes = std::uint64_t{1} << 36U;

Result<imagegen::ImageLimits> to_limits(const imagegen_limits* given) {
  imagegen::ImageLimits limits;
  if (!given) return limits;
  const auto known = capi::get_struct(given, "limits");
  if (!known) return known.error();
  if (known->max_bytes > capi::kLargestBytes || known->max_pixels > capi::kLargestBytes ||
      known->max_side_px > kLargestSide || known->max_time_ms > kLongestMs ||
      known->max_decoded_bytes > kMostDecodedBytes) {
    return Error{
        Errc::invalid_argument,
        "limits: expected max_bytes and max_pixels of at most 2^30, max_decoded_bytes of at most 2^36, max_side_px of "
        "at most 65535 and max_time_ms of at most an hour"};
  }
  if (known->max_bytes > 0) limits.max_bytes = known->max_bytes;
  if (known->max_pixels > 0) limits.max_pixels = static_cast<std::int64_t>(known->max_pixels);
  if (known->max_side_px > 0) limits.max_side = static_cast<int>(known->max_side_px);
  if (known->max_time_ms > 0) limits.max_time = std::chrono::milliseconds(known->max_time_ms);
  if (known->max_decoded_bytes > 0) limits.max_decoded_bytes = known->max_decoded_bytes;
  return limits;
}

Result<imagegen::Encoding> to_encoding(const imagegen_encoding* given) {
  imagegen::Encoding encoding;
  if (!given) return encoding;
  const auto known = capi::get_struct(given, "encoding");
  if (!known) return known.error();
  if (known->format < IMAGEGEN_WEBP || known->format > IMAGEGEN_AVIF)
    return Error{Errc::invalid_argument, "encoding.format: expected 0..3, got " + std::to_string(known->format)};
  encoding.format = static_cast<imagegen::ImageFormat>(known->format);
  if (known->quality != IMAGEGEN_QUALITY_OF_FORMAT) encoding.quality = known->quality;
  encoding.effort = known->effort;
  const auto lossless = capi::get_flag(known->lossless, "encoding.lossless");
  if (!lossless) return lossless.error();
  encoding.lossless = *lossless;
  return encoding;
}

Result<Bitmap> to_bitmap(const imagegen_pixels& pixels) {
  if (pixels.width_px < 1 || pixels.height_px < 1 || pixels.width_px > kLargestSide || pixels.height_px > kLargestSide)
    return Error{Errc::invalid_argument, "pixels: expected sides of 1..65535 px, got " +
                                             std::to_string(pixels.width_px) + "x" + std::to_string(pixels.height_px)};
  if (pixels.channels != 1 && pixels.channels != 3 && pixels.channels != 4)
    return Error{Errc::invalid_argument, "pixels.channels: expected 1, 3 or 4, got " + std::to_string(pixels.channels)};
  Bitmap picture{
      {static_cast<int>(pixels.width_px), static_cast<int>(pixels.height_px)}, static_cast<int>(pixels.channels), {}};
  const auto row = picture.stride_bytes();
  if (pixels.stride_bytes < row || pixels.stride_bytes > capi::kLargestBytes / pixels.height_px ||
      row > capi::kLargestBytes / pixels.height_px) {
    return Error{Errc::invalid_argument, "pixels.stride_bytes: expected at least " + std::to_string(row) +
                                             " and at most 1 GiB in all, got " + std::to_string(pixels.stride_bytes)};
  }
  if (!pixels.data) return Error{Errc::invalid_argument, "pixels.data: expected an address, got NULL"};
  picture.pixels.resize(row * pixels.height_px);
  for (std::size_t y = 0; y < pixels.height_px; ++y)
    std::memcpy(picture.pixels.data() + y * row, pixels.data + y * pixels.stride_bytes, row);
  return picture;
}

Result<js::object> to_request(const imagegen_rendition& given, std::size_t index) {
  const auto name = "renditions[" + std::to_string(index) + "]";
  const auto encoding = to_encoding(given.encoding);
  if (!encoding) return in_context(encoding.error(), name);
  if (given.fit < IMAGEGEN_COVER || given.fit > IMAGEGEN_OUTSIDE)
    return Error{Errc::invalid_argument, name + ".fit: expected 0..4, got " + std::to_string(given.fit)};
  const auto position = capi::get_text(given.position, name + ".position", "centre");
  if (!position) return position.error();
  const auto no_upscale = capi::get_flag(given.no_upscale, name + ".no_upscale");
  if (!no_upscale) return no_upscale.error();
  return js::object{{"width", given.width_px},
                    {"height", given.height_px},
                    {"fit", to_string(static_cast<imagegen::Fit>(given.fit))},
                    {"position", *position},
                    {"format", to_string(encoding->format)},
                    {"quality", quality_of(*encoding)},
                    {"effort", encoding->effort},
                    {"lossless", encoding->lossless},
                    {"upscale", !*no_upscale}};
}

Result<std::string> to_request(const imagegen_limits* given, const imagegen_rendition* renditions, std::size_t count) {
  const auto limits = to_limits(given);
  if (!limits) return limits.error();
  if (count > kMostRenditions)
    return Error{Errc::limit_exceeded, "count: expected at most 1,000 renditions, got " + std::to_string(count)};
  if (!renditions && count > 0) return Error{Errc::invalid_argument, "renditions: expected an address, got NULL"};
  js::array list;
  const auto* at = reinterpret_cast<const unsigned char*>(renditions);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t size = 0;
    std::memcpy(&size, at, sizeof size);
    const auto known =
        capi::get_struct(reinterpret_cast<const imagegen_rendition*>(at), "renditions[" + std::to_string(i) + "]");
    if (!known) return known.error();
    auto wanted = to_request(*known, i);
    if (!wanted) return wanted.error();
    list.push_back(std::move(*wanted));
    at += size;
  }
  return js::serialize(js::object{{"renditions", std::move(list)},
                                  {"limits",
                                   {{"maxBytes", limits->max_bytes},
                                    {"maxPixels", limits->max_pixels},
                                    {"maxDecodedBytes", limits->max_decoded_bytes},
                                    {"maxSide", limits->max_side},
                                    {"maxTimeMs", limits->max_time.count()}}}});
}

// The first rendition that failed, if any.
Result<void> check_renditions(const std::string& json) {
  const auto document = js::parse(json);
  const auto& list = document.at("renditions").as_array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto* error = list[i].as_object().if_contains("error");
    if (!error) continue;
    const auto name = error->at("code").as_string();
    const auto code = imagegen::parse_errc(name).value_or(Errc::internal);
    return Error{code, "renditions[" + std::to_string(i) + "]: " + std::string(error->at("message").as_string())};
  }
  return {};
}

}  // namespace

imagegen_status imagegen_image_decode(const void* data, size_t size, const imagegen_limits* limits,
                                      imagegen_image** out_image, imagegen_error** out_error) {
  return capi::create_handle<capi::ImagePtr>(out_image, out_error, [&]() -> Result<capi::ImagePtr> {
    const auto file = capi::get_bytes(data, size, "data");
    if (!file) return file.error();
    const auto known = to_limits(limits);
    if (!known) return known.error();
    auto picture = imagegen::decode_image(*file, *known);
    if (!picture) return picture.error();
    return std::make_shared<const Bitmap>(std::move(*picture));
  });
}

imagegen_status imagegen_image_create(const imagegen_pixels* pixels, imagegen_image** out_image,
                                      imagegen_error** out_error) {
  return capi::create_handle<capi::ImagePtr>(out_image, out_error, [&]() -> Result<capi::ImagePtr> {
    if (!pixels) return Error{Errc::invalid_argument, "pixels: expected an address, got NULL"};
    const auto known = capi::get_struct(pixels, "pixels");
    if (!known) return known.error();
    if (const auto fine = capi::check_reserved(known->reserved, "pixels.reserved"); !fine) return fine.error();
    auto picture = to_bitmap(*known);
    if (!picture) return picture.error();
    return std::make_shared<const Bitmap>(std::move(*picture));
  });
}

imagegen_status imagegen_image_pixels(const imagegen_image* image, imagegen_pixels* out_pixels,
                                      imagegen_error** out_error) {
  return capi::guarded(out_error, [&]() -> Result<void> {
    if (!out_pixels) return Error{Errc::invalid_argument, "out_pixels: expected an address, got NULL"};
    const auto fields = capi::known_fields(out_pixels);
    if (fields && fields->struct_size >= sizeof(imagegen_pixels))
      *out_pixels = {fields->struct_size, 0, 0, 0, 0, 0, nullptr};
    const auto known = capi::get_struct(out_pixels, "out_pixels");
    if (!known) return known.error();
    if (known->struct_size < sizeof(imagegen_pixels)) {
      return Error{Errc::invalid_argument, "out_pixels.struct_size: expected " +
                                               std::to_string(sizeof(imagegen_pixels)) + ", got " +
                                               std::to_string(known->struct_size)};
    }
    const auto found = capi::get<capi::ImagePtr>(image, "image");
    if (!found) return found.error();
    const Bitmap& picture = **found;
    out_pixels->width_px = static_cast<uint32_t>(picture.size.width);
    out_pixels->height_px = static_cast<uint32_t>(picture.size.height);
    out_pixels->channels = static_cast<uint32_t>(picture.channels);
    out_pixels->stride_bytes = picture.stride_bytes();
    out_pixels->data = picture.pixels.data();
    return {};
  });
}

imagegen_status imagegen_image_encode(const imagegen_image* image, const imagegen_encoding* encoding,
                                      imagegen_bytes** out_file, imagegen_error** out_error) {
  return capi::create_handle<capi::BytesPtr>(out_file, out_error, [&]() -> Result<capi::BytesPtr> {
    const auto found = capi::get<capi::ImagePtr>(image, "image");
    if (!found) return found.error();
    const auto known = to_encoding(encoding);
    if (!known) return known.error();
    auto file = imagegen::encode_image(**found, *known);
    if (!file) return file.error();
    return std::make_shared<const imagegen::SharedBytes>(std::move(*file));
  });
}

void imagegen_image_destroy(imagegen_image* image) {
  capi::guarded_value(0, [&] { return capi::drop_handle<capi::ImagePtr>(capi::number_of(image)), 0; });
}

imagegen_status imagegen_render(imagegen_runtime* runtime, const void* data, size_t size, const imagegen_limits* limits,
                                const imagegen_rendition* renditions, size_t count, imagegen_bytes** out_files,
                                imagegen_error** out_error) {
  if (out_files && count <= kMostRenditions) std::fill_n(out_files, count, nullptr);
  std::optional<imagegen::OperationFailure> failed;
  const auto status = capi::guarded(out_error, [&]() -> Result<void> {
    const auto found = capi::get_runtime(runtime);
    if (!found) return found.error();
    const auto file = capi::get_bytes(data, size, "data");
    if (!file) return file.error();
    const auto request = to_request(limits, renditions, count);
    if (!request) return request.error();
    if (!out_files && count > 0) return Error{Errc::invalid_argument, "out_files: expected an address, got NULL"};
    std::vector<imagegen::SharedBytes> input{imagegen::SharedBytes::lent(*file)};
    auto outcome = (*found)->engine->run("images.render", *request, std::move(input));
    if (auto* failure = std::get_if<imagegen::OperationFailure>(&outcome)) {
      failed = std::move(*failure);
      return {};
    }
    auto& result = std::get<imagegen::OperationResult>(outcome);
    if (const auto fine = check_renditions(result.json); !fine) return fine.error();
    for (std::size_t i = 0; i < count; ++i) {
      auto made = std::make_shared<const imagegen::SharedBytes>(std::move(result.bytes.at(i)));
      const auto number = capi::add_handle(capi::BytesPtr(std::move(made)));
      if (!number) {
        for (std::size_t j = 0; j < i; ++j) imagegen_bytes_release(std::exchange(out_files[j], nullptr));
        return number.error();
      }
      out_files[i] = capi::to_handle<capi::BytesPtr>(*number);
    }
    return {};
  });
  return failed ? capi::fail(std::move(*failed), out_error) : status;
}
