#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// \file Where a picture comes from, in words that machines read: IPTC properties in an XMP packet.
/// Source: IPTC Photo Metadata Standard 2025.1; IPTC NewsCodes "Digital Source Type"; ISO 16684-1 (XMP).
namespace imagegen {

/// Terms of http://cv.iptc.org/newscodes/digitalsourcetype/ that fit what this library makes. (`digitalArt` is not
/// here: it was retired in 2024 in favour of `digitalCreation`.)
enum class DigitalSourceType : std::uint8_t {
  trained_algorithmic_media,                 ///< Made by a model that learned from samples; text to image.
  composite_with_trained_algorithmic_media,  ///< A photograph or drawing, edited by such a model; inpainting.
  algorithmically_enhanced,                  ///< Altered by an algorithm that is not generative; upscaling, colour.
  algorithmic_media,                         ///< Made by an algorithm that learned nothing; gradients, fractals.
  data_driven_media,                         ///< A representation of data; charts.
  digital_creation,                          ///< Made by a human with software.
  human_edits,                               ///< Edited by a human without generative tools.
  composite,                                 ///< Put together from several sources.
  composite_synthetic,                       ///< Put together, with at least one synthetic part.
};

/// The term as IPTC writes it, such as "trainedAlgorithmicMedia".
std::string_view to_string(DigitalSourceType type) noexcept;

/// Reads the terms of to_string(). Errc::invalid_argument otherwise, naming them.
Result<DigitalSourceType> parse_digital_source_type(std::string_view text);

/// What a generated picture says about itself. Holds nothing that names a user.
struct Provenance {
  DigitalSourceType source = DigitalSourceType::trained_algorithmic_media;  ///< How it was made, in IPTC's words.
  std::string model;                      ///< UTF-8, at most 256 bytes; not written when empty.
  std::string prompt_sha256;              ///< 64 lower-case hexadecimal digits; not written when empty.
  std::string creator_tool = "imagegen";  ///< UTF-8, at most 256 bytes; not written when empty.
};

/// Writes the XMP packet, UTF-8 without padding, at most 5 kB: Iptc4xmpExt:DigitalSourceType and AISystemUsed (the
/// model), xmp:CreatorTool, and Model and PromptSha256 in the namespace "urn:imagegen:provenance:1#".
///
/// \return Errc::invalid_argument naming the field for a text that is too long, not UTF-8 or holds control characters,
/// and
///         for a digest that is none. Such text is not quoted.
/// The same bytes for the same input, always: no time, no random id. Safe from any thread.
Result<std::string> xmp_packet(const Provenance& provenance);

/// What a file says about where it comes from. Anybody can write anything there: these are claims, and a C2PA manifest
/// is not verified here. Each text is UTF-8 without control characters and at most 1024 bytes; one that is not is left
/// out.
struct FoundProvenance {
  std::string
      digital_source_type;   ///< The term, such as "trainedAlgorithmicMedia", where it is one of IPTC's; else the text.
  std::string creator_tool;  ///< xmp:CreatorTool
  std::string model;         ///< Ours, or else Iptc4xmpExt:AISystemUsed.
  std::string prompt_sha256;  ///< Ours; 64 lower-case hexadecimal digits.
  bool has_c2pa = false;      ///< The file has a place with a C2PA manifest.
  friend bool operator==(const FoundProvenance&, const FoundProvenance&) = default;
};

/// Reads XMP and finds C2PA manifests in PNG, JPEG, WebP and AVIF (other ISO media likewise); what is damaged, unknown
/// or longer than 1 MiB counts as not there. Never fails; linear in the file. Safe from any thread. Source: C2PA
/// Technical Specification 2.1, appendix A (embedding manifests); ISO 16684-1 and -3 (XMP in files).
FoundProvenance find_provenance(ByteView file) noexcept;

}  // namespace imagegen
