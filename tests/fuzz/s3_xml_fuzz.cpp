#include "storage/s3_answers.hpp"
#include "storage/xml_reader.hpp"

#include <cstdint>
#include <cstdlib>

// What the reader took, written down again in another form, reads as the same tree; and what is built on it keeps its
// promises for any document.
namespace imagegen::detail {
namespace {

void append_escaped(std::string& out, const std::string& text) {
  for (const char c : text) {
    const bool plain = static_cast<unsigned char>(c) >= 0x20U && c != '&' && c != '<' && c != '>' && c != '"';
    out += plain ? std::string(1, c) : "&#" + std::to_string(static_cast<unsigned char>(c)) + ";";
  }
}

void append_element(std::string& out, const XmlElement& element) {
  out += "<" + element.name + ">";
  append_escaped(out, element.text);
  for (const auto& child : element.children) append_element(out, child);
  out += "</" + element.name + ">";
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check_tree(std::string_view input) {
  const auto tree = parse_xml(input);
  if (!tree) {
    require(tree.error().code == Errc::bad_answer || tree.error().code == Errc::limit_exceeded);
    return;
  }
  std::string written;
  append_element(written, *tree);
  XmlLimits roomy;
  roomy.max_bytes = written.size();
  const auto again = parse_xml(written, roomy);
  require(again.has_value() && *again == *tree);
}

void check_answers(std::string_view input) {
  const auto error = parse_s3_error(input);
  require(error.code.size() <= 64 && error.code.find_first_of("\n\r <") == std::string::npos);
  const auto page = parse_s3_list(input);
  if (!page) return;
  for (const auto& object : page->objects) require(!object.key.empty());
}

}  // namespace
}  // namespace imagegen::detail

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  imagegen::detail::check_tree(input);
  imagegen::detail::check_answers(input);
  return 0;
}
