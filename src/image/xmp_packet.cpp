#include <imagegen/image/credits.hpp>
#include <imagegen/image/provenance.hpp>

#include "image/credit_text.hpp"
#include "image/xmp.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kLongestText = 256;  // bytes

Result<void> check_length(std::string_view name, std::size_t bytes, std::size_t most) {
  if (bytes <= most) return {};
  return Error(Errc::invalid_argument, std::string(name) + ": expected at most " + std::to_string(most) + " bytes, got " +
                                           std::to_string(bytes));
}

Result<void> check_text(std::string_view name, std::string_view text, std::size_t most) {
  if (auto checked = check_length(name, text.size(), most); !checked) return checked;
  if (detail::is_plain_text(text)) return {};
  return Error(Errc::invalid_argument,
               std::string(name) + ": expected UTF-8 without control characters, got other bytes");
}

Result<void> check(const Provenance& provenance) {
  if (auto checked = check_text("model", provenance.model, kLongestText); !checked) return checked;
  if (auto checked = check_text("creator_tool", provenance.creator_tool, kLongestText); !checked) return checked;
  if (provenance.prompt_sha256.empty() || detail::is_sha256_text(provenance.prompt_sha256)) return {};
  return Error(Errc::invalid_argument, "prompt_sha256: expected 64 lower-case hexadecimal digits or nothing, got " +
                                           std::to_string(provenance.prompt_sha256.size()) + " other bytes");
}

Result<void> check_creators(const std::vector<std::string>& creators) {
  if (creators.size() > detail::kMostCreators) {
    return Error(Errc::invalid_argument, "creators: expected at most " + std::to_string(detail::kMostCreators) + ", got " +
                                             std::to_string(creators.size()));
  }
  std::size_t bytes = 0;
  for (const auto& creator : creators) {
    if (creator.empty()) return Error(Errc::invalid_argument, "creators: expected names, got an empty one");
    if (auto checked = check_text("creators", creator, detail::kMostCreditBytes); !checked) return checked;
    bytes += creator.size();
  }
  return check_length("creators", bytes, detail::kMostCreditBytes);
}

Result<void> check(const Credits& credits) {
  if (auto checked = check_creators(credits.creators); !checked) return checked;
  const std::pair<const char*, const std::string*> texts[] = {{"credit_line", &credits.credit_line},
                                                              {"copyright", &credits.copyright},
                                                              {"rights_url", &credits.rights_url},
                                                              {"usage_terms", &credits.usage_terms}};
  for (const auto& [name, text] : texts)
    if (auto checked = check_text(name, *text, detail::kMostCreditBytes); !checked) return checked;
  if (credits.rights_url.empty() || detail::is_web_address(credits.rights_url)) return {};
  return Error(Errc::invalid_argument, "rights_url: expected an address that begins with http:// or https://, got another text");
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

void append_provenance(const Provenance& provenance, std::string& out) {
  append_property("xmp:CreatorTool", provenance.creator_tool, out);
  append_property("Iptc4xmpExt:DigitalSourceType",
                  std::string(detail::kDigitalSourceTypes).append(to_string(provenance.source)), out);
  append_property("Iptc4xmpExt:AISystemUsed", provenance.model, out);
  append_property("imagegen:Model", provenance.model, out);
  append_property("imagegen:PromptSha256", provenance.prompt_sha256, out);
}

// A text for every language.
void append_alternative(std::string_view name, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out.append("   <").append(name).append("><rdf:Alt><rdf:li xml:lang=\"x-default\">").append(escaped(value));
  out.append("</rdf:li></rdf:Alt></").append(name).append(">\n");
}

void append_credits(const Credits& credits, std::string& out) {
  if (!credits.creators.empty()) {
    out += "   <dc:creator><rdf:Seq>";
    for (const auto& creator : credits.creators) out.append("<rdf:li>").append(escaped(creator)).append("</rdf:li>");
    out += "</rdf:Seq></dc:creator>\n";
  }
  append_alternative("dc:rights", credits.copyright, out);
  append_property("photoshop:Credit", credits.credit_line, out);
  append_property("xmpRights:WebStatement", credits.rights_url, out);
  append_alternative("xmpRights:UsageTerms", credits.usage_terms, out);
}

void append_namespace(std::string_view prefix, std::string_view uri, std::string& out) {
  out.append("\n    xmlns:").append(prefix).append("=\"").append(uri).append("\"");
}

}  // namespace

Result<std::string> xmp_packet(const std::optional<Provenance>& provenance, const Credits& credits) {
  if (auto checked = provenance ? check(*provenance) : Result<void>(); !checked) return checked.error();
  if (auto checked = check(credits); !checked) return checked.error();
  if (!provenance && is_empty(credits)) return std::string();
  std::string out = "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n";  // the id is XMP's own
  out += "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF xmlns:rdf=\"";
  out.append(detail::kRdfNamespace).append("\">\n  <rdf:Description rdf:about=\"\"");
  if (provenance) {
    append_namespace("xmp", detail::kXmpNamespace, out);
    append_namespace("Iptc4xmpExt", detail::kIptcExtNamespace, out);
    append_namespace("imagegen", detail::kOwnNamespace, out);
  }
  if (!is_empty(credits)) {
    append_namespace("dc", detail::kDublinCoreNamespace, out);
    append_namespace("photoshop", detail::kPhotoshopNamespace, out);
    append_namespace("xmpRights", detail::kRightsNamespace, out);
  }
  out += ">\n";
  if (provenance) append_provenance(*provenance, out);
  append_credits(credits, out);
  out += "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
  return out;
}

Result<std::string> xmp_packet(const Provenance& provenance) {
  return xmp_packet(std::optional(provenance), Credits());
}

}  // namespace imagegen
