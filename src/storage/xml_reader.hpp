#pragma once
#include <imagegen/core/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// \file Reads the XML that S3 services send. Pure.
namespace imagegen::detail {

/// An element. Its own text is joined from all places between its children.
struct XmlElement {
  std::string name;  ///< With its prefix, if it has one. Attributes are checked and dropped.
  std::string text;  ///< UTF-8, references resolved.
  std::vector<XmlElement> children;

  /// The first child of that name, or null.
  const XmlElement* child(std::string_view child_name) const noexcept;
  /// The text of the first child of that name; empty when there is none.
  std::string_view text_of(std::string_view child_name) const noexcept;

  friend bool operator==(const XmlElement&, const XmlElement&) = default;
};

struct XmlLimits {
  std::size_t max_bytes = 8U << 20U;
  std::size_t max_depth = 16;  ///< 1 is the root alone.
  std::size_t max_elements = 100'000;
};

/// Reads a document: one declaration at most, then one element.
///
/// Takes elements, attributes, text, the five named entities and character references. What S3 never sends is refused,
/// because each of it has been an attack: document types, entities of the document's own, processing instructions,
/// comments, CDATA. References to control characters are taken, although XML 1.0 forbids them, because S3 sends them
/// for keys that have any.
/// \return The root; Errc::limit_exceeded, or Errc::bad_answer with the byte at which it is wrong.
Result<XmlElement> parse_xml(std::string_view document, const XmlLimits& limits = {});

}  // namespace imagegen::detail
