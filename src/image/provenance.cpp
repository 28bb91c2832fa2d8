#include <imagegen/image/provenance.hpp>

#include <new>

#include "image/parse_name.hpp"
#include "image/xmp.hpp"
#include "image/xmp_files.hpp"

namespace imagegen {
namespace {

FoundProvenance read_claims(ByteView file) {
  const auto found = detail::find_file_xmp(file);
  auto values = detail::read_xmp(found.xmp);
  FoundProvenance provenance;
  provenance.has_c2pa = found.has_c2pa;
  provenance.creator_tool = std::move(values.creator_tool);
  provenance.model = values.model.empty() ? std::move(values.ai_system) : std::move(values.model);
  provenance.digital_source_type = std::move(values.digital_source_type);
  if (provenance.digital_source_type.starts_with(detail::kDigitalSourceTypes)) {
    provenance.digital_source_type.erase(0, detail::kDigitalSourceTypes.size());
  }
  if (detail::is_sha256_text(values.prompt_sha256)) provenance.prompt_sha256 = std::move(values.prompt_sha256);
  return provenance;
}

}  // namespace

std::string_view to_string(DigitalSourceType type) noexcept {
  switch (type) {
    case DigitalSourceType::trained_algorithmic_media:
      return "trainedAlgorithmicMedia";
    case DigitalSourceType::composite_with_trained_algorithmic_media:
      return "compositeWithTrainedAlgorithmicMedia";
    case DigitalSourceType::algorithmically_enhanced:
      return "algorithmicallyEnhanced";
    case DigitalSourceType::algorithmic_media:
      return "algorithmicMedia";
    case DigitalSourceType::data_driven_media:
      return "dataDrivenMedia";
    case DigitalSourceType::digital_creation:
      return "digitalCreation";
    case DigitalSourceType::human_edits:
      return "humanEdits";
    case DigitalSourceType::composite:
      return "composite";
    default:
      return "compositeSynthetic";
  }
}

FoundProvenance find_provenance(ByteView file) noexcept {
  try {
    return read_claims(file);
  } catch (const std::bad_alloc&) {
    return {};
  }
}

Result<DigitalSourceType> parse_digital_source_type(std::string_view text) {
  using enum DigitalSourceType;
  constexpr DigitalSourceType kKnown[] = {trained_algorithmic_media,
                                          composite_with_trained_algorithmic_media,
                                          algorithmically_enhanced,
                                          algorithmic_media,
                                          data_driven_media,
                                          digital_creation,
                                          human_edits,
                                          composite,
                                          composite_synthetic};
  return detail::parse_name(kKnown, text);
}

}  // namespace imagegen
