#pragma once
#include <imagegen/image/credits.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// \file The few properties of XMP that tell where a picture comes from, and whose it is.
namespace imagegen::detail {

inline constexpr std::string_view kRdfNamespace = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
inline constexpr std::string_view kXmpNamespace = "http://ns.adobe.com/xap/1.0/";
inline constexpr std::string_view kIptcExtNamespace = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
inline constexpr std::string_view kDublinCoreNamespace = "http://purl.org/dc/elements/1.1/";
inline constexpr std::string_view kPhotoshopNamespace = "http://ns.adobe.com/photoshop/1.0/";
inline constexpr std::string_view kRightsNamespace = "http://ns.adobe.com/xap/1.0/rights/";
inline constexpr std::string_view kOwnNamespace = "urn:imagegen:provenance:1#";
inline constexpr std::string_view kDigitalSourceTypes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

inline constexpr std::size_t kMaxXmpBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxXmpValueBytes = 1024;

/// Values as they stand in the packet, unescaped; each empty where it is missing, too long or not plain text.
struct XmpValues {
  std::string digital_source_type, ai_system, creator_tool, model, prompt_sha256;
  Credits credits;  ///< Each in one line; rights_url may be any text.
};

/// Reads attributes and elements, whatever prefixes are bound to the namespaces, as far as the packet is well-formed.
/// The first value of a property counts; of creators, all. No document type, no entities but XML's own five and character references, at
/// most 64 levels and 64 prefixes. Linear in the packet.
XmpValues read_xmp(std::string_view xmp);

/// Well-formed UTF-8, and nothing in it that XML forbids or a terminal obeys: no C0 or C1 controls, no U+FFFE, U+FFFF.
bool is_plain_text(std::string_view text) noexcept;

bool is_sha256_text(std::string_view text) noexcept;  ///< 64 lower-case hexadecimal digits

}  // namespace imagegen::detail
