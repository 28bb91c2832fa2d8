#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/resize.hpp>

#include "engine/mask_fields.hpp"
#include "engine/operation_table.hpp"

namespace imagegen {
namespace mask_operation {
namespace {

// A result, and the files that belong to it.
template <class R>
struct Made {
  R result;
  std::vector<Bytes> files = {};
};

// Does `make` on the pool with what came, as many files as the operation takes.
template <class R, class Make>
Task<Answer<R>> made_on_pool(OperationContext& context, std::vector<std::string_view> names, Make make) {
  const auto checked = check_inputs(context, names);
  if (!checked) co_return to_failure(checked.error());
  const auto& inputs = context.inputs;
  auto work = [&inputs, &make] { return make(inputs); };
  Result<Made<R>> made = co_await runtime_of(context).pool().run(work);
  if (!made) co_return to_failure(made.error());
  Answered<R> answer{std::move(made->result)};
  for (Bytes& file : made->files) answer.bytes.emplace_back(std::move(file));
  co_return answer;
}

using Inputs = std::vector<SharedBytes>;

MaskReport report_of(const ReadMask& read) {
  return {read.mask.size, read.polarity, read.cleaned_pixels, mask_coverage(read.mask).value()};
}

// Read and shaped; `size` is that of the picture, where the mask is to be stretched to one.
Result<ReadMask> read_and_shape(ByteView file, MaskRequest request, std::optional<PixelSize> size) {
  auto read = read_mask_as(file, request.reading);
  if (!read) return read;
  request.shape.size = size;
  request.shape.allow_empty = request.reading.allow_empty, request.shape.allow_whole = request.reading.allow_whole;
  auto shaped = shape_mask(std::move(read->mask), request.shape);
  if (!shaped) return shaped.error();
  read->mask = std::move(*shaped);
  return read;
}

Result<Made<InspectedMask>> inspect_mask(ByteView file, MaskReading reading) {
  reading.allow_empty = reading.allow_whole = true;
  const auto read = read_mask_as(file, reading);
  if (!read) return read.error();
  auto polarities = mask_polarities(file, reading);
  if (!polarities) return polarities.error();
  return Made<InspectedMask>{{report_of(*read), std::move(*polarities)}};
}

Task<Answer<InspectedMask>> inspect(OperationContext& context, MaskReading wanted) {
  return made_on_pool<InspectedMask>(context, {"mask"},
                                     [wanted](const Inputs& files) { return inspect_mask(files[0].view(), wanted); });
}

Made<MaskedFile> made_file(const ReadMask& read, ImageFormat format, Bytes file) {
  Made<MaskedFile> made{{report_of(read), format, file.size()}};
  made.files.push_back(std::move(file));
  return made;
}

Result<Made<MaskedFile>> prepare_mask(ByteView file, const PrepareRequest& request) {
  std::optional<PixelSize> size;
  if (request.width) size = PixelSize{*request.width, *request.height};
  const auto read = read_and_shape(file, request, size);
  if (!read) return read.error();
  auto written = write_mask(read->mask, request.write_as);
  if (!written) return written.error();
  return made_file(*read, ImageFormat::png, std::move(*written));
}

Task<Answer<MaskedFile>> prepare(OperationContext& context, PrepareRequest wanted) {
  return made_on_pool<MaskedFile>(context, {"mask"},
                                  [wanted](const Inputs& files) { return prepare_mask(files[0].view(), wanted); });
}

Result<Bitmap> picture_of(std::string_view name, ByteView file, const ImageLimits& limits) {
  auto picture = decode_image(file, limits);
  if (!picture) return in_context(picture.error(), std::string(name));
  return picture;
}

// The mask for a picture of `size`.
Result<ReadMask> mask_for(PixelSize size, ByteView file, const EmbedRequest& request) {
  return read_and_shape(file, request, request.resize ? std::optional(size) : std::nullopt);
}

// Says how to go on where sizes differ.
Error with_way_out(Error error, bool differ) {
  if (differ) error.message += "; with resize it is stretched";
  return error;
}

Result<Made<MaskedFile>> embed_mask(ByteView picture_file, ByteView mask_file, const EmbedRequest& request) {
  const auto picture = picture_of("picture", picture_file, request.reading.limits);
  if (!picture) return picture.error();
  const auto read = mask_for(picture->size, mask_file, request);
  if (!read) return read.error();
  auto written = write_masked_picture(*picture, read->mask);
  if (!written) return with_way_out(written.error(), read->mask.size != picture->size);
  return made_file(*read, ImageFormat::png, std::move(*written));
}

Task<Answer<MaskedFile>> embed(OperationContext& context, EmbedRequest wanted) {
  return made_on_pool<MaskedFile>(context, {"picture", "mask"}, [wanted](const Inputs& files) {
    return embed_mask(files[0].view(), files[1].view(), wanted);
  });
}

Result<Bitmap> stretched(Bitmap picture, PixelSize size) {
  if (picture.size == size) return picture;
  return resize(picture, {0, 0, picture.size.width, picture.size.height}, size);
}

Result<Made<MaskedFile>> composite_files(const Inputs& files, const CompositeRequest& request) {
  const auto& limits = request.reading.limits;
  const auto base = picture_of("base", files[0].view(), limits);
  if (!base) return base.error();
  auto edited = picture_of("edited", files[1].view(), limits);
  if (edited && request.resize) edited = stretched(std::move(*edited), base->size);
  if (!edited) return edited.error();
  const auto read = mask_for(base->size, files[2].view(), request);
  if (!read) return read.error();
  const auto picture = composite(*base, *edited, read->mask);
  const bool differ = edited->size != base->size || read->mask.size != base->size;
  if (!picture) return with_way_out(picture.error(), differ);
  auto written = encode_image(*picture, request.encoding);
  if (!written) return written.error();
  return made_file(*read, request.encoding.format, std::move(*written));
}

Task<Answer<MaskedFile>> composite_picture(OperationContext& context, CompositeRequest wanted) {
  return made_on_pool<MaskedFile>(context, {"base", "edited", "mask"},
                                  [wanted](const Inputs& files) { return composite_files(files, wanted); });
}

Result<Margins> margins_of(const OutpaintRequest& request, PixelSize picture) {
  const auto where = request.position.focus;
  if (request.width) return margins_to_size(picture, {*request.width, *request.height}, where);
  if (request.aspect_ratio.empty()) return request.spec.margins;
  return margins_to_shape(picture, parse_aspect_ratio(request.aspect_ratio).value(), where);
}

Result<OutpaintInput> outpaint_input_of(ByteView file, const OutpaintRequest& request) {
  const auto picture = picture_of("picture", file, request.limits);
  if (!picture) return picture.error();
  const auto margins = margins_of(request, picture->size);
  if (!margins) return margins.error();
  OutpaintSpec spec = request.spec;
  spec.margins = *margins, spec.background = parse_colour(request.background).value();
  return outpaint_input(*picture, spec, request.limits);
}

Result<Made<OutpaintFiles>> outpaint_files(ByteView file, const OutpaintRequest& request) {
  const auto input = outpaint_input_of(file, request);
  if (!input) return input.error();
  auto picture = encode_image(input->picture, request.encoding);
  if (!picture) return picture.error();
  auto mask = write_mask(input->mask, request.write_as);
  if (!mask) return mask.error();
  const auto coverage = mask_coverage(input->mask).value();
  Made<OutpaintFiles> made{{input->picture.size, input->place, coverage, request.encoding.format}};
  made.files.push_back(std::move(*picture));
  made.files.push_back(std::move(*mask));
  return made;
}

Task<Answer<OutpaintFiles>> outpaint(OperationContext& context, OutpaintRequest wanted) {
  return made_on_pool<OutpaintFiles>(context, {"picture"},
                                     [wanted](const Inputs& files) { return outpaint_files(files[0].view(), wanted); });
}

std::vector<Operation> all_operations() {
  return {
      operation({.name = "masks.inspect",
                 .summary = "Tells what a mask edits, in each polarity that its file can be read as.",
                 .input = "mask",
                 .bytes_in = "the mask"},
                inspect_fields(), inspected_mask_fields(), inspect),
      operation({.name = "masks.prepare",
                 .summary = "Reads a mask of any polarity, shapes it and writes it in the polarity that is wanted.",
                 .input = "mask",
                 .bytes_in = "the mask",
                 .bytes_out = "the mask (PNG)",
                 .files = {{"data"}}},
                prepare_fields(), masked_file_fields(), prepare),
      operation({.name = "masks.embed",
                 .summary = "Puts a mask into the alpha of a picture, so that what is transparent is to be edited.",
                 .inputs = {"picture", "mask"},
                 .bytes_in = "the picture, the mask",
                 .bytes_out = "the picture (PNG)",
                 .files = {{"data"}}},
                embed_fields(), masked_file_fields(), embed),
      operation({.name = "masks.composite",
                 .summary = "Puts an edited picture over the one that it was made of, where the mask says so.",
                 .inputs = {"base", "edited", "mask"},
                 .bytes_in = "the picture as it was, as it came back, the mask",
                 .bytes_out = "the picture",
                 .files = {{"data"}}},
                composite_fields(), masked_file_fields(), composite_picture),
      operation({.name = "masks.outpaint",
                 .summary = "Puts a picture onto a larger canvas, and makes the mask of what is to be painted there.",
                 .input = "picture",
                 .bytes_in = "the picture",
                 .bytes_out = "the larger picture, the mask (PNG)",
                 .files = {{"picture"}, {"mask"}}},
                outpaint_fields(), outpaint_files_fields(), outpaint),
  };
}

}  // namespace
}  // namespace mask_operation

std::span<const Operation> mask_operations() {
  static const auto& all = *new std::vector<Operation>(mask_operation::all_operations());
  return all;
}

}  // namespace imagegen
