#include "storage/xml_reader.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace imagegen::detail {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_forbidden(char c) {
  return static_cast<unsigned char>(c) < 0x20U && !is_space(c);
}

// ASCII names suffice: S3 has no others.
bool is_name_start(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == ':';
}
bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    tail(12), tail(6), tail(0);
  }
}

std::optional<char> named_entity(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [known, character] : kEntities) {
    if (known == name) return character;
  }
  return std::nullopt;
}

/// One pass over one document.
class XmlReader {
 public:
  XmlReader(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

  Result<XmlElement> document() {
    if (auto skipped = declaration(); !skipped) return skipped.error();
    skip_space();
    XmlElement root;
    if (auto read = element(root, 1); !read) return read.error();
    skip_space();
    if (at_ != text_.size()) return wrong("expected nothing after the root element");
    return root;
  }

 private:
  Error wrong(std::string_view what) const {
    return {Errc::bad_answer, "XML, byte " + std::to_string(at_) + ": " + std::string(what)};
  }
  bool take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  bool skip_space() {
    const auto from = at_;
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ != from;
  }

  Result<void> declaration();
  Result<void> element(XmlElement& out, std::size_t depth);
  Result<bool> start_tag(XmlElement& out);
  Result<void> content(XmlElement& out, std::size_t depth);
  Result<void> attribute();
  Result<std::string> name();
  Result<void> characters(std::string& out, std::string_view until);
  Result<void> reference(std::string& out);

  std::string_view text_;
  const XmlLimits& limits_;
  std::size_t at_ = 0;
  std::size_t elements_ = 0;
};

Result<void> XmlReader::declaration() {
  if (!take("<?xml")) return {};
  const auto end = text_.find("?>", at_);
  if (end == std::string_view::npos) return wrong("expected the end of the declaration");
  at_ = end + 2;
  return {};
}

Result<std::string> XmlReader::name() {
  const auto from = at_;
  if (at_ >= text_.size() || !is_name_start(text_[at_])) return wrong("expected a name");
  while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
  return std::string(text_.substr(from, at_ - from));
}

Result<void> XmlReader::attribute() {
  if (auto read = name(); !read) return read.error();
  skip_space();
  if (!take("=")) return wrong("expected \"=\"");
  skip_space();
  const auto quote = take("\"") ? "\"<" : take("'") ? "'<" : "";
  if (*quote == '\0') return wrong("expected a quoted value");
  std::string dropped;
  if (auto read = characters(dropped, quote); !read) return read;
  if (!take(std::string_view(quote, 1))) return wrong("expected the end of the value");
  return {};
}

// \return Whether content follows.
Result<bool> XmlReader::start_tag(XmlElement& out) {
  if (!take("<")) return wrong("expected an element");
  auto read = name();
  if (!read) return read.error();
  out.name = std::move(*read);
  for (;;) {
    const bool apart = skip_space();
    if (take("/>")) return false;
    if (take(">")) return true;
    if (!apart) return wrong("expected the end of the tag");
    if (auto skipped = attribute(); !skipped) return skipped.error();
  }
}

Result<void> XmlReader::element(XmlElement& out, std::size_t depth) {
  if (depth > limits_.max_depth || ++elements_ > limits_.max_elements) {
    return Error{Errc::limit_exceeded, "XML: more than " + std::to_string(limits_.max_depth) + " levels or " +
                                           std::to_string(limits_.max_elements) + " elements"};
  }
  const auto has_content = start_tag(out);
  if (!has_content) return has_content.error();
  if (!*has_content) return {};
  return content(out, depth);
}

Result<void> XmlReader::content(XmlElement& out, std::size_t depth) {
  for (;;) {
    if (auto read = characters(out.text, "<"); !read) return read;
    if (take("</")) break;
    out.children.emplace_back();
    if (auto read = element(out.children.back(), depth + 1); !read) return read;
  }
  const auto closed = name();
  if (!closed) return closed.error();
  skip_space();
  if (*closed != out.name || !take(">")) return wrong("expected the end of an element");
  return {};
}

// Up to one of `until`, which stays. The end of the document comes too early here.
Result<void> XmlReader::characters(std::string& out, std::string_view until) {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (until.find(c) != std::string_view::npos) return {};
    if (is_forbidden(c)) return wrong("a control character");
    if (c == '&') {
      if (auto read = reference(out); !read) return read;
      continue;
    }
    out += c;
    ++at_;
  }
  return wrong("the document ends too early");
}

Result<void> XmlReader::reference(std::string& out) {
  const auto end = text_.substr(at_, 12).find(';');
  if (end == std::string_view::npos) return wrong("expected a reference");
  std::string_view body = text_.substr(at_ + 1, end - 1);
  if (const auto known = named_entity(body)) {
    out += *known;
    at_ += end + 1;
    return {};
  }
  if (!body.starts_with('#')) return wrong("an unknown entity");
  body.remove_prefix(1);
  const int base = body.starts_with('x') ? 16 : 10;
  if (base == 16) body.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [stop, failed] = std::from_chars(body.data(), body.data() + body.size(), code, base);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (failed != std::errc() || stop != body.data() + body.size() || code == 0 || code > 0x10FFFF || surrogate) {
    return wrong("expected the number of a character");
  }
  append_utf8(out, code);
  at_ += end + 1;
  return {};
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const noexcept {
  const auto found =
      std::find_if(children.begin(), children.end(), [&](const auto& c) { return c.name == child_name; });
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view child_name) const noexcept {
  const auto* found = child(child_name);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

Result<XmlElement> parse_xml(std::string_view document, const XmlLimits& limits) {
  if (document.size() > limits.max_bytes) {
    return Error{Errc::limit_exceeded, "XML: expected at most " + std::to_string(limits.max_bytes) + " bytes, got " +
                                           std::to_string(document.size())};
  }
  if (!is_valid_utf8(document)) return Error{Errc::bad_answer, "XML: expected UTF-8"};
  return XmlReader(document, limits).document();
}

}  // namespace imagegen::detail
