#include <imagegen/image/provenance.hpp>

#include <new>

#include "image/parse_name.hpp"
#include "image/xmp.hpp"
#include "image/xmp_files.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kLongestText = 256;  // bytes

Result<void> check_text(const char* name, std::string_view text) {
  if (text.size() > kLongestText) {
    return Error(Errc::invalid_argument, std::string(name) + ": expected at most " + std::to_string(kLongestText) +
                                             " bytes, got " + std::to_string(text.size()));
  }
  if (detail::is_plain_text(text)) return {};
  return Error(Errc::invalid_argument,
               std::string(name) + ": expected UTF-8 without control characters, got other bytes");
}

Result<void> check(const Provenance& provenance) {
  if (auto checked = check_text("model", provenance.model); !checked) return checked;
  if (auto checked = check_text("creator_tool", provenance.creator_tool); !checked) return checked;
  if (provenance.prompt_sha256.empty() || detail::is_sha256_text(provenance.prompt_sha256)) return {};
  return Error(Errc::invalid_argument, "prompt_sha256: expected 64 lower-case hexadecimal digits or nothing, got " +
                                           std::to_string(provenance.prompt_sha256.size()) + " other bytes");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char& c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case ' ':  // so that one at an end survives readers that trim
        out += &c == &text.front() || &c == &text.back() ? "&#32;" : " ";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void append_property(std::string_view name, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out.append("   <").append(name).append(">").append(escaped(value)).append("</").append(name).append(">\n");
}

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

Result<std::string> xmp_packet(const Provenance& provenance) {
  if (auto checked = check(provenance); !checked) return checked.error();
  std::string out = "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n";  // the id is XMP's own
  out += "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"";
  out.append(detail::kRdfNamespace).append("\">\n  <rdf:Description rdf:about=\"\"\n    xmlns:xmp=\"");
  out.append(detail::kXmpNamespace).append("\"\n    xmlns:Iptc4xmpExt=\"");
  out.append(detail::kIptcExtNamespace).append("\"\n    xmlns:imagegen=\"");
  out.append(detail::kOwnNamespace).append("\">\n");
  append_property("xmp:CreatorTool", provenance.creator_tool, out);
  append_property("Iptc4xmpExt:DigitalSourceType",
                  std::string(detail::kDigitalSourceTypes).append(to_string(provenance.source)), out);
  append_property("Iptc4xmpExt:AISystemUsed", provenance.model, out);
  append_property("imagegen:Model", provenance.model, out);
  append_property("imagegen:PromptSha256", provenance.prompt_sha256, out);
  out += "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
  return out;
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
