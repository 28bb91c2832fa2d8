#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/provenance.hpp>

#include <optional>
#include <string>
#include <vector>

/// \file Whose a picture is, in words that machines read: IPTC Core properties in an XMP packet.
/// Source: IPTC Photo Metadata Standard 2025.1, "IPTC Core"; ISO 16684-1 (XMP).
namespace imagegen {

/// Who made a picture, and what others may do with it. Texts are UTF-8 in one line.
struct Credits {
  std::vector<std::string> creators = {};  ///< dc:creator, in their order; at most 16, and 1024 bytes in all.
  std::string credit_line = {};            ///< photoshop:Credit, to print beside it; at most 1024 bytes, as are the next ones.
  std::string copyright = {};              ///< dc:rights, such as "© 2026 Studio".
  std::string rights_url = {};             ///< xmpRights:WebStatement: http or https.
  std::string usage_terms = {};            ///< xmpRights:UsageTerms
  friend bool operator==(const Credits&, const Credits&) = default;
};

/// Whether nothing is said.
bool is_empty(const Credits& credits) noexcept;

/// `said`, and of `found` what it says nothing of.
Credits with_found(Credits said, const Credits& found);

/// What a file says: each field as XMP has it, else IPTC-IIM (of a JPEG), else EXIF (Artist, Copyright), of PNG, JPEG, WebP and
/// AVIF. Anybody can write anything there: these are claims. Line breaks become spaces; what has other control characters, is
/// no text or is longer than Credits allows is left out, as is a rights_url that is none. Never fails; linear in the file.
/// Safe from any thread.
/// Source: IPTC-NAA Information Interchange Model 4.2; CIPA DC-008 (EXIF 2.32); Metadata Working Group, Guidelines 2.0.
Credits find_credits(ByteView file) noexcept;

/// xmp_packet() of both, where there are both. Empty when there is neither; the packet of provenance alone is that of
/// xmp_packet(provenance). Errc::invalid_argument naming the field, as there.
Result<std::string> xmp_packet(const std::optional<Provenance>& provenance, const Credits& credits);

}  // namespace imagegen
