#pragma once
#include <imagegen/image/mask.hpp>
#include <imagegen/image/outpaint.hpp>

#include <optional>
#include <string>
#include <vector>

#include "engine/image_fields.hpp"

// What the operations on masks are asked with, and what they answer.
namespace imagegen::mask_operation {

// How the file of a mask is read, and what becomes of it before it is used.
struct MaskRequest {
  MaskReading reading;
  MaskShape shape;
};

struct PrepareRequest : MaskRequest {
  std::optional<int> width, height;
  MaskPolarity write_as = MaskPolarity::white_is_edit;
};

// With a picture, whose size the mask must have.
struct EmbedRequest : MaskRequest {
  bool resize = false;
};

struct CompositeRequest : EmbedRequest {
  Encoding encoding{ImageFormat::png};
};

struct OutpaintRequest {
  OutpaintSpec spec;
  std::optional<int> width, height;  // of the canvas
  std::string aspect_ratio;          // of the canvas, as "16:9"
  CropPosition position;             // of the picture on it
  std::string background = "transparent";
  MaskPolarity write_as = MaskPolarity::white_is_edit;
  Encoding encoding{ImageFormat::png};
  ImageLimits limits;
};

// Reads "16:9". Errc::invalid_argument otherwise.
Result<PixelSize> parse_aspect_ratio(std::string_view text);

// What a mask was read as, and what it is after it was shaped.
struct MaskReport {
  PixelSize size;
  MaskPolarity polarity = MaskPolarity::white_is_edit;
  std::int64_t cleaned_pixels = 0;
  MaskCoverage coverage;
};

struct InspectedMask {
  MaskReport mask;
  std::vector<PolarityShare> polarities;
};

struct MaskedFile {
  MaskReport mask;
  ImageFormat format = ImageFormat::png;
  std::size_t size_bytes = 0;
};

struct OutpaintFiles {
  PixelSize size;
  PixelRect place;
  MaskCoverage coverage;
  ImageFormat format = ImageFormat::png;
};

json::Fields<MaskReading> inspect_fields();
json::Fields<PrepareRequest> prepare_fields();
json::Fields<EmbedRequest> embed_fields();
json::Fields<CompositeRequest> composite_fields();
json::Fields<OutpaintRequest> outpaint_fields();
json::Fields<InspectedMask> inspected_mask_fields();
json::Fields<MaskedFile> masked_file_fields();
json::Fields<OutpaintFiles> outpaint_files_fields();

}  // namespace imagegen::mask_operation
