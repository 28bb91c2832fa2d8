#include <imagegen/core/base64.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include "engine/image_fields.hpp"
#include "engine/operation_table.hpp"
#include "workflow/common_fields.hpp"

namespace imagegen {
namespace image_operation {

// As ImageFormat, with what is only read.
enum class InputFormat : std::uint8_t {};

}  // namespace image_operation

template <>
struct json::Words<image_operation::InputFormat> {
  static std::vector<std::string_view> all() {
    std::vector<std::string_view> words;
    for (const auto format : kInputFormats) words.push_back(to_string(format));
    return words;
  }
  static std::string_view of(image_operation::InputFormat format) {
    return to_string(static_cast<ImageFormat>(format));
  }
};

namespace image_operation {
namespace {

using json::field;
using json::mapped;

constexpr std::size_t kMostRenditions = 1'000;

// A size that stands in a T as width and height.
template <class T>
json::Fields<T> size_fields(PixelSize T::*size) {
  return {"",
          {mapped<T, int>(
               "width", [size](const T& of) { return (of.*size).width; },
               [size](T& of, int px) { (of.*size).width = px; }, "px")
               .needed()
               .range(1, 65'535),
           mapped<T, int>(
               "height", [size](const T& of) { return (of.*size).height; },
               [size](T& of, int px) { (of.*size).height = px; }, "px")
               .needed()
               .range(1, 65'535)}};
}

struct LimitsRequest {
  ImageLimits limits;
};

const json::Fields<LimitsRequest>& fields_of(const LimitsRequest*) {
  static const auto& all = *new json::Fields<LimitsRequest>("", {field("limits", &LimitsRequest::limits)});
  return all;
}

struct InspectRequest : LimitsRequest {
  bool thumb_hash = false;
};

json::Fields<InspectRequest> inspect_fields() {
  using Q = InspectRequest;
  return {"",
          {json::field_of<Q>("limits", &Q::limits),
           field("thumbHash", &Q::thumb_hash, "reads all of it at a small scale, and adds the hash")}};
}

struct Inspected {
  ImageInfo info;
  std::size_t size_bytes = 0;
  FoundProvenance provenance;
  FoundCredits credits;
  std::optional<std::string> thumb_hash;
};

json::Fields<ImageInfo> info_fields() {
  using I = ImageInfo;
  json::Fields<I> fields(
      "", {json::computed<I>(
              "format", [](const I& info) { return static_cast<InputFormat>(info.format); }, "by content")});
  return fields.also(size_fields(&I::size))
      .also({"",
             {json::computed<I>(
                  "storedWidth", [](const I& info) { return info.stored_size.width; }, "px"),
              json::computed<I>(
                  "storedHeight", [](const I& info) { return info.stored_size.height; }, "px"),
              field("orientation", &I::orientation, "EXIF, 1..8"), field("bitsPerChannel", &I::bits_per_channel),
              field("colour", &I::colour),
              field("colourSpace", &I::colour_space, "of what is stored; pictures come in sRGB"),
              field("hasAlpha", &I::has_alpha), field("hasIccProfile", &I::has_icc), field("animated", &I::animated),
              field("frames", &I::frames)}});
}

const json::Fields<Inspected>& fields_of(const Inspected*) {
  static const auto& all = *new json::Fields<Inspected>([] {
    json::Fields<Inspected> fields("Inspected", {});
    return fields.with(&Inspected::info, info_fields())
        .also({"",
               {field("sizeBytes", &Inspected::size_bytes), field("provenance", &Inspected::provenance),
                field("credits", &Inspected::credits),
                json::computed<Inspected>(
                    "notes", [](const Inspected& found) { return found.info.notes; }, "what its owner should know"),
                field("thumbHash", &Inspected::thumb_hash, "base64, where it was asked for")}});
  }());
  return all;
}

// With the hash all of the picture is read, at a small scale, which also shows whether it can be.
Result<Inspected> examine_picture(ByteView file, const InspectRequest& request) {
  auto info = inspect_image(file, request.limits);
  if (!info) return info.error();
  Inspected found{std::move(*info), file.size(), find_provenance(file), {find_credits(file)}, std::nullopt};
  if (!request.thumb_hash) return found;
  const auto hash = thumb_hash_of_file(file, request.limits);
  if (!hash) return hash.error();
  found.thumb_hash = to_base64(*hash);
  return found;
}

Task<Answer<Inspected>> inspect(OperationContext& context, InspectRequest wanted) {
  const auto file = only_input(context, "the file");
  if (!file) co_return to_failure(file.error());
  auto work = [&] { return examine_picture(file->view(), wanted); };
  auto found = co_await runtime_of(context).pool().run(work);
  if (!found) co_return to_failure(found.error());
  Answered<Inspected> answer{std::move(*found)};
  co_return answer;
}

struct Decoded {
  PixelSize size;
  int channels = 0;
  std::size_t stride_bytes = 0;
};

const json::Fields<Decoded>& fields_of(const Decoded*) {
  static const auto& all = *new json::Fields<Decoded>([] {
    json::Fields<Decoded> fields("Decoded", {});
    return fields.also(size_fields(&Decoded::size))
        .also({"", {field("channels", &Decoded::channels), field("strideBytes", &Decoded::stride_bytes, "of a row")}});
  }());
  return all;
}

Task<Answer<Decoded>> decode(OperationContext& context, LimitsRequest wanted) {
  const auto file = only_input(context, "the file");
  if (!file) co_return to_failure(file.error());
  auto work = [&] { return decode_image(file->view(), wanted.limits); };
  auto picture = co_await runtime_of(context).pool().run(work);
  if (!picture) co_return to_failure(picture.error());
  Answered<Decoded> answer{{picture->size, picture->channels, picture->stride_bytes()}};
  answer.bytes.emplace_back(std::move(picture->pixels));
  co_return answer;
}

struct EncodeRequest {
  PixelSize size;
  int channels = 3;
  Encoding encoding;
};

const json::Fields<EncodeRequest>& fields_of(const EncodeRequest*) {
  static const auto& all = *new json::Fields<EncodeRequest>([] {
    json::Fields<EncodeRequest> fields("EncodeRequest", {});
    return fields.also(size_fields(&EncodeRequest::size))
        .also({"", {field("channels", &EncodeRequest::channels).needed().one_of({1, 3, 4})}})
        .with(&EncodeRequest::encoding, json::fields_of_type<Encoding>());
  }());
  return all;
}

struct EncodedFile {
  ImageFormat format{};
  PixelSize size;
  std::size_t size_bytes = 0;
  std::vector<std::string> notes;
};

const json::Fields<EncodedFile>& fields_of(const EncodedFile*) {
  static const auto& all = *new json::Fields<EncodedFile>([] {
    json::Fields<EncodedFile> fields("EncodedFile", {field("format", &EncodedFile::format)});
    return fields.also(size_fields(&EncodedFile::size))
        .also({"",
               {field("sizeBytes", &EncodedFile::size_bytes),
                field("notes", &EncodedFile::notes, "what of the request the file has not")}});
  }());
  return all;
}

Result<Bytes> encode_pixels(const EncodeRequest& request, ByteView pixels, std::vector<std::string>& notes) {
  Bitmap picture{request.size, request.channels, {}};
  const auto expected = picture.stride_bytes() * static_cast<std::size_t>(request.size.height);
  if (pixels.size() != expected) {
    return Error{Errc::invalid_argument, "inputs: expected width * height * channels = " + std::to_string(expected) +
                                             " bytes of pixels, got " + std::to_string(pixels.size())};
  }
  picture.pixels.assign(pixels.begin(), pixels.end());
  return encode_image(picture, request.encoding, &notes);
}

Task<Answer<EncodedFile>> encode(OperationContext& context, EncodeRequest wanted) {
  const auto pixels = only_input(context, "the pixels");
  if (!pixels) co_return to_failure(pixels.error());
  std::vector<std::string> notes;
  auto work = [&] { return encode_pixels(wanted, pixels->view(), notes); };
  auto file = co_await runtime_of(context).pool().run(work);
  if (!file) co_return to_failure(file.error());
  Answered<EncodedFile> answer{{wanted.encoding.format, wanted.size, file->size(), std::move(notes)}};
  answer.bytes.emplace_back(std::move(*file));
  co_return answer;
}

struct RenderRequest {
  std::vector<RenditionWish> renditions;
  ImageLimits limits;
};

const json::Fields<RenderRequest>& fields_of(const RenderRequest*) {
  static const auto& all = *new json::Fields<RenderRequest>(
      "", {field("renditions", &RenderRequest::renditions).needed().at_most(kMostRenditions),
           field("limits", &RenderRequest::limits)});
  return all;
}

struct RenditionFailure {
  Errc code = Errc::internal;
  std::string message;
};

const json::Fields<RenditionFailure>& fields_of(const RenditionFailure*) {
  using F = RenditionFailure;
  static const auto& all = *new json::Fields<F>(
      "RenditionFailure", {json::computed<F>("code", [](const F& failure) { return to_string(failure.code); }),
                           field("message", &F::message)});
  return all;
}

// A file that was made, or why it was not.
struct MadeRendition {
  std::optional<ImageFormat> format;
  std::optional<int> width, height;
  std::optional<std::size_t> size_bytes;
  std::optional<PixelRect> crop;
  std::optional<bool> upscaled;
  std::optional<KeptSubject> subject;
  std::optional<std::vector<std::string>> notes;
  std::optional<RenditionFailure> error;
};

const json::Fields<MadeRendition>& fields_of(const MadeRendition*) {
  using M = MadeRendition;
  static const auto& all = *new json::Fields<M>(
      "RenditionMade",
      {field("format", &M::format), field("width", &M::width, "px"), field("height", &M::height, "px"),
       field("sizeBytes", &M::size_bytes), field("crop", &M::crop, "what was kept of the picture"),
       field("upscaled", &M::upscaled), field("subject", &M::subject, "what attention or entropy was to keep"),
       field("notes", &M::notes), field("error", &M::error, "why there is no file; then nothing else is here")});
  return all;
}

struct Rendered {
  std::vector<MadeRendition> renditions;
};

const json::Fields<Rendered>& fields_of(const Rendered*) {
  static const auto& all = *new json::Fields<Rendered>(
      "Rendered", {field("renditions", &Rendered::renditions, "in the order of the request")});
  return all;
}

MadeRendition made_of(const Rendition& made) {
  const auto& image = made.image;
  return {image.format,  image.size.width, image.size.height, image.bytes.size(), made.crop,
          made.upscaled, made.subject,     made.notes,        std::nullopt};
}

// The pictures that came beside the file, each decoded once. All of them together may take what one picture may.
class OverlayPictures {
 public:
  OverlayPictures(std::span<const SharedBytes> files, const ImageLimits& limits)
      : files_(files), limits_(limits), pictures_(files.size()) {}

  Result<std::shared_ptr<const Bitmap>> picture(std::size_t index) {
    auto& picture = pictures_[index];
    if (picture) return picture;
    ImageLimits limits = limits_;
    limits.max_decoded_bytes -= held_;
    auto decoded = decode_image(files_[index].view(), limits);
    if (!decoded) return in_context(decoded.error(), "pictures[" + std::to_string(index) + "]");
    held_ += decoded->pixels.size();
    picture = std::make_shared<const Bitmap>(std::move(*decoded));
    return picture;
  }
  std::size_t count() const { return files_.size(); }

 private:
  std::span<const SharedBytes> files_;
  const ImageLimits& limits_;
  std::vector<std::shared_ptr<const Bitmap>> pictures_;
  std::size_t held_ = 0;  // bytes of them, never more than the limit
};

Error no_such_picture(std::size_t rendition, std::size_t overlay, std::size_t asked, std::size_t count) {
  return {Errc::invalid_argument, "renditions[" + std::to_string(rendition) + "].overlays[" + std::to_string(overlay) +
                                      "].picture: expected one of the " + std::to_string(count) +
                                      " pictures that came beside the file, counted from 0, got " +
                                      std::to_string(asked)};
}

Result<std::vector<RenditionSpec>> specs_of(const RenderRequest& wanted, std::span<const SharedBytes> files) {
  OverlayPictures pictures(files, wanted.limits);
  std::vector<RenditionSpec> specs;
  for (const RenditionWish& wish : wanted.renditions) {
    RenditionSpec spec = wish.spec;
    for (const auto& [picture, overlay] : wish.overlays) {
      if (picture >= pictures.count())
        return no_such_picture(specs.size(), spec.overlays.size(), picture, pictures.count());
      auto decoded = pictures.picture(picture);
      if (!decoded) return decoded.error();
      spec.overlays.push_back(overlay);
      spec.overlays.back().picture = std::move(*decoded);
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

Task<Answer<Rendered>> render(OperationContext& context, RenderRequest wanted) {
  if (context.inputs.empty()) co_return to_failure(only_input(context, "the picture").error());
  const auto file = context.inputs.front();
  auto find = [&] { return specs_of(wanted, std::span(context.inputs).subspan(1)); };
  const auto specs = co_await runtime_of(context).pool().run(find);
  if (!specs) co_return to_failure(specs.error());
  Answered<Rendered> answer;
  answer.result.renditions.resize(wanted.renditions.size());
  answer.bytes.resize(wanted.renditions.size());
  auto on_ready = [&answer](std::size_t index, Result<Rendition> rendition) -> Task<void> {
    auto& made = answer.result.renditions[index];
    if (rendition) {
      made = made_of(*rendition);
      answer.bytes[index] = SharedBytes(std::move(rendition->image.bytes));
    } else {
      made.error = RenditionFailure{rendition.error().code, rendition.error().message};
    }
    co_return;
  };
  const auto done = co_await render_all(file.view(), *specs, wanted.limits, runtime_of(context).pool(), on_ready);
  if (!done) co_return to_failure(done.error());
  co_return answer;
}

// What would be made, or why it cannot be.
struct PlannedRendition {
  std::optional<int> width, height;
  std::optional<PixelRect> crop;
  std::optional<bool> upscaled;
  std::optional<std::vector<PixelRect>> faces;
  std::optional<KeptSubject> subject;
  std::optional<std::vector<std::string>> notes;
  std::optional<RenditionFailure> error;
};

const json::Fields<PlannedRendition>& fields_of(const PlannedRendition*) {
  using P = PlannedRendition;
  static const auto& all = *new json::Fields<P>(
      "RenditionPlan", {field("width", &P::width, "px"), field("height", &P::height, "px"),
                        field("crop", &P::crop, "what would be kept of the picture"), field("upscaled", &P::upscaled),
                        field("faces", &P::faces, "all that were found in the picture"),
                        field("subject", &P::subject, "the face that counts most, or what stands out"),
                        field("notes", &P::notes, "also one for each face that would be cut"),
                        field("error", &P::error, "why it cannot be made; then nothing else is here")});
  return all;
}

struct PlannedRenditions {
  std::vector<PlannedRendition> renditions;
};

const json::Fields<PlannedRenditions>& fields_of(const PlannedRenditions*) {
  static const auto& all = *new json::Fields<PlannedRenditions>(
      "RenditionPlans", {field("renditions", &PlannedRenditions::renditions, "in the order of the request")});
  return all;
}

PlannedRendition planned_of(const Result<RenditionPlan>& plan) {
  PlannedRendition planned;
  if (!plan) {
    planned.error = RenditionFailure{plan.error().code, plan.error().message};
    return planned;
  }
  planned.width = plan->size.width, planned.height = plan->size.height;
  planned.crop = plan->crop, planned.upscaled = plan->upscaled, planned.faces = plan->faces;
  planned.subject = plan->subject, planned.notes = plan->notes;
  return planned;
}

Result<PlannedRenditions> plan_request(const RenderRequest& wanted, std::span<const SharedBytes> inputs) {
  const auto specs = specs_of(wanted, inputs.subspan(1));
  if (!specs) return specs.error();
  const auto plans = plan_renditions(inputs.front().view(), *specs, wanted.limits);
  if (!plans) return plans.error();
  PlannedRenditions planned;
  for (const auto& plan : *plans) planned.renditions.push_back(planned_of(plan));
  return planned;
}

Task<Answer<PlannedRenditions>> plan(OperationContext& context, RenderRequest wanted) {
  if (context.inputs.empty()) co_return to_failure(only_input(context, "the picture").error());
  auto work = [&] { return plan_request(wanted, context.inputs); };
  auto planned = co_await runtime_of(context).pool().run(work);
  if (!planned) co_return to_failure(planned.error());
  Answered<PlannedRenditions> answer{std::move(*planned)};
  co_return answer;
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "images.inspect",
                 .summary = "Says what a picture file is, by its content.",
                 .input = "file",
                 .bytes_in = "the file"},
                inspect_fields(), json::fields_of_type<Inspected>(), inspect),
      operation({.name = "images.decode",
                 .summary = "Decodes a picture file to upright 8-bit sRGB pixels.",
                 .input = "file",
                 .bytes_in = "the file",
                 .bytes_out = "the pixels, top row first, without padding",
                 .files = {{"data"}}},
                decode),
      operation({.name = "images.encode",
                 .summary = "Encodes pixels.",
                 .input = "pixels",
                 .bytes_in = "8-bit sRGB pixels, top row first, without padding",
                 .bytes_out = "the file",
                 .files = {{"data"}}},
                encode),
      operation({.name = "images.plan",
                 .summary = "Says what images.render would cut out of a picture, and which faces that would cut.",
                 .gives = "renditions",
                 .input = "file",
                 .bytes_in = "the picture, and behind it those of overlays"},
                plan),
      operation({.name = "images.render",
                 .summary = "Decodes a picture once and cuts every file out of it.",
                 .input = "file",
                 .bytes_in = "the picture, and behind it those of overlays",
                 .bytes_out = "a file for each rendition; empty where it failed",
                 .files = {{"renditions[].data"}}},
                render),
  };
}

}  // namespace
}  // namespace image_operation

std::span<const Operation> image_operations() {
  static const auto& all = *new std::vector<Operation>(image_operation::all_operations());
  return all;
}

}  // namespace imagegen
