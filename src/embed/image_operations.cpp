#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include "embed/image_requests.hpp"
#include "embed/operation_table.hpp"

namespace imagegen {
namespace image_operation {
namespace {

namespace js = boost::json;
using json::Need;
using json::ObjectReader;

constexpr std::size_t kMostRenditions = 1'000;

js::array notes_of(const std::vector<std::string>& notes) {
  return js::array(notes.begin(), notes.end());
}

js::object to_object(const FoundProvenance& found) {
  return {{"digitalSourceType", found.digital_source_type},
          {"creatorTool", found.creator_tool},
          {"model", found.model},
          {"promptSha256", found.prompt_sha256},
          {"hasC2pa", found.has_c2pa}};
}

Result<js::object> examine_picture(ByteView file, const ImageLimits& limits) {
  const auto info = inspect_image(file, limits);
  if (!info) return info.error();
  return js::object{{"format", to_string(info->format)},
                    {"width", info->size.width},
                    {"height", info->size.height},
                    {"storedWidth", info->stored_size.width},
                    {"storedHeight", info->stored_size.height},
                    {"orientation", info->orientation},
                    {"bitsPerChannel", info->bits_per_channel},
                    {"colour", info->colour},
                    {"hasAlpha", info->has_alpha},
                    {"hasIccProfile", info->has_icc},
                    {"animated", info->animated},
                    {"frames", info->frames},
                    {"sizeBytes", file.size()},
                    {"provenance", to_object(find_provenance(file))},
                    {"notes", notes_of(info->notes)}};
}

Request<ImageLimits> read_limits_only(const js::object& request) {
  return read_nested_request(request, read_limits);
}

struct InspectRequest {
  ImageLimits limits;
  bool thumb_hash = false;
};

// With the hash the whole picture is decoded, which also shows whether it can be.
Result<js::object> examine_file(ByteView file, const InspectRequest& request) {
  auto found = examine_picture(file, request.limits);
  if (!found || !request.thumb_hash) return found;
  const auto picture = decode_image(file, request.limits);
  if (!picture) return picture.error();
  const auto hash = thumb_hash_base64(*picture);
  if (!hash) return hash.error();
  (*found)["thumbHash"] = *hash;
  return found;
}

Task<OperationOutcome> inspect(OperationContext& context, js::object request) {
  const auto read = read_nested_request(request, [](ObjectReader& root, std::vector<FieldFault>& faults) {
    return InspectRequest{read_limits(root, faults), root.flag("thumbHash", false)};
  });
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto file = only_input(context, "the file");
  if (!file) co_return to_failure(file.error());
  auto work = [&] { return examine_file(file->view(), std::get<InspectRequest>(read)); };
  const auto found = co_await runtime_of(context).pool().run(work);
  if (!found) co_return to_failure(found.error());
  co_return answer(*found);
}

Task<OperationOutcome> decode(OperationContext& context, js::object request) {
  const auto limits = read_limits_only(request);
  if (const auto* faults = faults_of(limits)) co_return to_failure(*faults);
  const auto file = only_input(context, "the file");
  if (!file) co_return to_failure(file.error());
  auto work = [&] { return decode_image(file->view(), std::get<ImageLimits>(limits)); };
  auto picture = co_await runtime_of(context).pool().run(work);
  if (!picture) co_return to_failure(picture.error());
  js::object result{{"width", picture->size.width},
                    {"height", picture->size.height},
                    {"channels", picture->channels},
                    {"strideBytes", picture->stride_bytes()}};
  std::vector<SharedBytes> bytes;
  bytes.emplace_back(std::move(picture->pixels));
  co_return answer(result, std::move(bytes));
}

struct EncodeRequest {
  PixelSize size;
  int channels = 3;
  Encoding encoding;
};

EncodeRequest read_encode(ObjectReader& root) {
  EncodeRequest request;
  request.size.width = static_cast<int>(root.integer("width", 1, 65'535, Need::required).value_or(0));
  request.size.height = static_cast<int>(root.integer("height", 1, 65'535, Need::required).value_or(0));
  request.channels = static_cast<int>(root.integer("channels", 1, 4, Need::required).value_or(3));
  if (request.channels == 2) root.fault("channels", "expected 1, 3 or 4, got 2");
  request.encoding = read_encoding(root);
  return request;
}

Result<Bytes> encode_pixels(const EncodeRequest& request, ByteView pixels) {
  Bitmap picture{request.size, request.channels, {}};
  const auto expected = picture.stride_bytes() * static_cast<std::size_t>(request.size.height);
  if (pixels.size() != expected) {
    return Error{Errc::invalid_argument, "inputs: expected width * height * channels = " + std::to_string(expected) +
                                             " bytes of pixels, got " + std::to_string(pixels.size())};
  }
  picture.pixels.assign(pixels.begin(), pixels.end());
  return encode_image(picture, request.encoding);
}

Task<OperationOutcome> encode(OperationContext& context, js::object request) {
  const auto read = read_request(request, read_encode);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto pixels = only_input(context, "the pixels");
  if (!pixels) co_return to_failure(pixels.error());
  const auto& wanted = std::get<EncodeRequest>(read);
  auto work = [&] { return encode_pixels(wanted, pixels->view()); };
  auto file = co_await runtime_of(context).pool().run(work);
  if (!file) co_return to_failure(file.error());
  js::object result{{"format", to_string(wanted.encoding.format)},
                    {"width", wanted.size.width},
                    {"height", wanted.size.height},
                    {"sizeBytes", file->size()}};
  std::vector<SharedBytes> bytes;
  bytes.emplace_back(std::move(*file));
  co_return answer(result, std::move(bytes));
}

struct RenderRequest {
  std::vector<RenditionSpec> renditions;
  ImageLimits limits;
};

RenderRequest read_render(ObjectReader& root, std::vector<FieldFault>& faults) {
  RenderRequest request;
  request.limits = read_limits(root, faults);
  const auto* list = root.array("renditions", kMostRenditions, Need::required);
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    ObjectReader part((*list)[i], "renditions[" + std::to_string(i) + "]", faults);
    request.renditions.push_back(read_rendition(part, faults));
  }
  return request;
}

js::object to_object(const Rendition& made) {
  const auto& crop = made.crop;
  return {{"format", to_string(made.image.format)},
          {"width", made.image.size.width},
          {"height", made.image.size.height},
          {"sizeBytes", made.image.bytes.size()},
          {"crop", {{"x", crop.x}, {"y", crop.y}, {"width", crop.width}, {"height", crop.height}}},
          {"upscaled", made.upscaled},
          {"notes", notes_of(made.notes)}};
}

Task<OperationOutcome> render(OperationContext& context, js::object request) {
  const auto read = read_nested_request(request, read_render);
  if (const auto* faults = faults_of(read)) co_return to_failure(*faults);
  const auto file = only_input(context, "the picture");
  if (!file) co_return to_failure(file.error());
  const auto& wanted = std::get<RenderRequest>(read);
  js::array made(wanted.renditions.size());
  std::vector<SharedBytes> files(wanted.renditions.size());
  auto on_ready = [&](std::size_t index, Result<Rendition> rendition) -> Task<void> {
    if (rendition) {
      made[index] = to_object(*rendition);
      files[index] = SharedBytes(std::move(rendition->image.bytes));
    } else {
      const auto failure = to_failure(rendition.error());
      made[index] = {{"error", {{"code", to_string(failure.error.code)}, {"message", failure.error.message}}}};
    }
    co_return;
  };
  const auto done =
      co_await render_all(file->view(), wanted.renditions, wanted.limits, runtime_of(context).pool(), on_ready);
  if (!done) co_return to_failure(done.error());
  js::object result{{"renditions", std::move(made)}};
  co_return answer(result, std::move(files));
}

#define IMAGEGEN_LIMITS_SCHEMA                                                                                      \
  R"("limits": {"type": "object", "additionalProperties": false, "properties": {"maxBytes": {"type": "integer"}, )" \
  R"("maxPixels": {"type": "integer"}, "maxSide": {"type": "integer"}, "maxTimeMs": {"type": "integer"}}})"
#define IMAGEGEN_ENCODING_SCHEMA                                                                               \
  R"("format": {"enum": ["webp", "jpeg", "jpg", "png", "avif"], "default": "webp"}, )"                         \
  R"("quality": {"type": "integer", "minimum": 0, "maximum": 100, "default": 90}, )"                           \
  R"("effort": {"type": "integer", "minimum": 0, "maximum": 9, "default": 4}, )"                               \
  R"("lossless": {"type": "boolean"}, "nearLossless": {"type": "boolean"}, )"                                  \
  R"("alphaQuality": {"type": "integer", "minimum": 0, "maximum": 100}, "targetBytes": {"type": "integer"}, )" \
  R"("compressionLevel": {"type": "integer", "minimum": 0, "maximum": 9}, )"                                   \
  R"("bitDepth": {"enum": [8, 10, 12, 16]}, "chromaSubsampling": {"enum": ["automatic", "4:2:0", "4:4:4"]}, )" \
  R"("progressive": {"type": "boolean"}, "optimiseCoding": {"type": "boolean"}, "palette": {"type": "boolean"})"

constexpr std::string_view kLimits =
    R"({"type": "object", "additionalProperties": false, "properties": {)" IMAGEGEN_LIMITS_SCHEMA "}}";

constexpr Operation kOperations[] = {
    {{"images.inspect", "Says what a picture file is, by its content.",
      R"({"type": "object", "additionalProperties": false, "properties": {"thumbHash": {"type": "boolean", "default": false,
          "description": "decodes it, and adds the hash"}, )" IMAGEGEN_LIMITS_SCHEMA "}}",
      R"({"type": "object", "required": ["format", "width", "height", "colour", "hasAlpha", "provenance", "notes"]})",
      "the file"},
     inspect},
    {{"images.decode", "Decodes a picture file to upright 8-bit sRGB pixels.", kLimits,
      R"({"type": "object", "required": ["width", "height", "channels", "strideBytes"]})", "the file",
      "the pixels, top row first, without padding"},
     decode},
    {{"images.encode", "Encodes pixels.",
      R"({"type": "object", "additionalProperties": false, "required": ["width", "height", "channels"],
          "properties": {"width": {"type": "integer", "minimum": 1, "maximum": 65535},
            "height": {"type": "integer", "minimum": 1, "maximum": 65535}, "channels": {"enum": [1, 3, 4]}, )" IMAGEGEN_ENCODING_SCHEMA
      "}}",
      R"({"type": "object", "required": ["format", "width", "height", "sizeBytes"]})",
      "8-bit sRGB pixels, top row first, without padding", "the file"},
     encode},
    {{"images.render", "Decodes a picture once and cuts every file out of it.",
      R"({"type": "object", "additionalProperties": false, "required": ["renditions"], "properties": {)" IMAGEGEN_LIMITS_SCHEMA
      R"(, "renditions": {"type": "array", "maxItems": 1000, "items": {"type": "object",
            "additionalProperties": false, "required": ["width", "height"],
            "properties": {"width": {"type": "integer", "minimum": 1, "maximum": 65535},
              "height": {"type": "integer", "minimum": 1, "maximum": 65535},
              "fit": {"enum": ["cover", "contain", "fill", "inside", "outside"], "default": "cover"},
              "position": {"description": "centre, north ... attention, entropy, or {x, y}"},
              "upscale": {"type": "boolean", "default": true}, "background": {"type": "string"},
              "flatten": {"type": "boolean"}, "blurSigma": {"type": "number", "minimum": 0, "maximum": 100},
              "kernel": {"type": "string"}, "enlargeKernel": {"type": "string"}, "linearLight": {"type": "boolean"},
              "provenance": {"type": "object", "additionalProperties": false,
                "properties": {"source": {"type": "string"}, "model": {"type": "string"},
                  "promptSha256": {"type": "string"}, "creatorTool": {"type": "string"}}}, )" IMAGEGEN_ENCODING_SCHEMA
      "}}}}}",
      R"({"type": "object", "required": ["renditions"], "properties": {"renditions": {"type": "array",
          "items": {"type": "object"}}}})",
      "the picture", "a file for each rendition; empty where it failed"},
     render},
};

#undef IMAGEGEN_LIMITS_SCHEMA
#undef IMAGEGEN_ENCODING_SCHEMA

}  // namespace
}  // namespace image_operation

std::span<const Operation> image_operations() {
  return image_operation::kOperations;
}

}  // namespace imagegen
