#include "image/xmp.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "image/credit_text.hpp"

namespace imagegen::detail {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::size_t kMostLevels = 64;
constexpr std::size_t kMostPrefixes = 64;
constexpr std::size_t kMostAttributes = 256;

struct Attribute {
  std::string_view name, value;
};

struct Tag {
  std::string_view name;
  std::vector<Attribute> attributes;
  bool closes = false;  ///< </name>
  bool empty = false;   ///< <name/>
};

// Prefix and name of "prefix:name".
Attribute split(std::string_view qualified) {
  const auto colon = qualified.find(':');
  if (colon == std::string_view::npos) return {{}, qualified};
  return {qualified.substr(0, colon), qualified.substr(colon + 1)};
}

std::string_view trimmed(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(kSpace), text.size());
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// Takes the attributes off the front of what stands between the tag's name and its end. False when it is malformed.
bool read_attributes(std::string_view rest, std::vector<Attribute>& attributes) {
  for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos || attributes.size() == kMostAttributes) return false;
    const auto name = trimmed(rest.substr(0, equals));
    rest = trimmed(rest.substr(equals + 1));
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return false;
    const auto end = rest.find(rest.front(), 1);
    if (end == std::string_view::npos) return false;
    attributes.push_back({name, rest.substr(1, end - 1)});
    rest.remove_prefix(end + 1);
  }
  return true;
}

// Where the tag that begins at `at` ends: at the first '>' that does not stand in quotes.
std::size_t end_of_tag(std::string_view xmp, std::size_t at) {
  char quote = 0;
  for (; at < xmp.size(); ++at) {
    const char c = xmp[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at;
    }
  }
  return std::string_view::npos;
}

std::optional<Tag> parse_tag(std::string_view inside) {
  Tag tag;
  tag.closes = !inside.empty() && inside.front() == '/';
  if (tag.closes) inside.remove_prefix(1);
  tag.empty = !inside.empty() && inside.back() == '/';
  if (tag.empty) inside.remove_suffix(1);
  tag.name = inside.substr(0, inside.find_first_of(kSpace));
  if (tag.name.empty() || !read_attributes(inside.substr(tag.name.size()), tag.attributes)) return std::nullopt;
  return tag;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80U) return put(code);
  if (code < 0x800U) {
    put(0xC0U | code >> 6U);
  } else {
    if (code < 0x10000U) put(0xE0U | code >> 12U);
    if (code >= 0x10000U) put(0xF0U | code >> 18U), put(0x80U | (code >> 12U & 0x3FU));
    put(0x80U | (code >> 6U & 0x3FU));
  }
  put(0x80U | (code & 0x3FU));
}

// What stands between '&' and ';'. False for what XML does not know by itself.
bool append_reference(std::string_view name, std::string& out) {
  constexpr Attribute kNamed[] = {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
  for (const auto& known : kNamed) {
    if (name == known.name) return out += known.value, true;
  }
  if (name.size() < 2 || name.front() != '#') return false;
  const bool hex = name[1] == 'x';
  name.remove_prefix(hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (error != std::errc() || end != name.data() + name.size() || code > 0x10FFFFU) return false;
  append_utf8(code, out);  // a surrogate is found by is_plain_text()
  return true;
}

// The value of an attribute or the text of an element; empty when it is not of bounded length.
std::string unescaped(std::string_view text) {
  text = trimmed(text);
  std::string out;
  while (!text.empty() && out.size() <= kMaxXmpValueBytes) {
    const auto plain = std::min(text.find('&'), text.size());
    if (plain > kMaxXmpValueBytes) return {};
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto end = text.substr(0, 16).find(';');
    if (end == std::string_view::npos || !append_reference(text.substr(1, end - 1), out)) return {};
    text.remove_prefix(end + 1);
  }
  return out.size() <= kMaxXmpValueBytes ? out : std::string();
}

std::string plain(std::string text) {
  return is_plain_text(text) ? std::move(text) : std::string();
}

// Walks the packet once.
class Reader {
 public:
  explicit Reader(std::string_view xmp) : xmp_(xmp) {}

  XmpValues run() {
    while (step()) {
    }
    return std::move(values_);
  }

 private:
  struct Prefix {
    std::string_view prefix, uri;
    std::size_t level;
  };

  // Reads the text up to the next markup, and the markup. False at the end, and at what is malformed.
  bool step() {
    const auto open = xmp_.find('<', at_);
    if (open == std::string_view::npos) return false;
    note_text(xmp_.substr(at_, open - at_));
    const auto markup = xmp_.substr(open);
    if (markup.substr(0, 2) == "<?") return skip_past(open, "?>");
    if (markup.substr(0, 4) == "<!--") return skip_past(open, "-->");
    if (markup.substr(0, 2) == "<!") return false;
    const auto end = end_of_tag(xmp_, open);
    if (end == std::string_view::npos) return false;
    const auto tag = parse_tag(xmp_.substr(open + 1, end - open - 1));
    at_ = end + 1;
    if (!tag) return false;
    return tag->closes ? close() : open_element(*tag);
  }

  bool skip_past(std::size_t from, std::string_view end) {
    const auto found = xmp_.find(end, from);
    at_ = found + end.size();
    return found != std::string_view::npos;
  }

  bool open_element(const Tag& tag) {
    ++level_;
    if (level_ > kMostLevels) return false;
    for (const auto& [name, value] : tag.attributes) {
      const auto [prefix, local] = split(name);
      if (prefix != "xmlns" && name != "xmlns") continue;
      if (prefixes_.size() == kMostPrefixes) return false;
      prefixes_.push_back({prefix.empty() ? std::string_view() : local, value, level_});
    }
    for (const auto& [name, value] : tag.attributes) {
      if (name.find(':') != std::string_view::npos)
        set(slot_of(name), value);  // the default namespace is not for attributes
    }
    if (std::string* slot = slot_of(tag.name); slot != nullptr && open_ == nullptr) {
      open_ = slot;
      open_level_ = level_;
      for (const auto& [name, value] : tag.attributes) {
        if (is_resource(name)) set(slot, value);
      }
    }
    if (open_ != &creator_) keep_creator();  // where it stood in an attribute
    return !tag.empty || close();
  }

  bool close() {
    if (level_ == 0) return false;
    if (open_ == &creator_) keep_creator();
    if (open_ != nullptr && level_ == open_level_) open_ = nullptr;
    while (!prefixes_.empty() && prefixes_.back().level == level_) prefixes_.pop_back();
    --level_;
    return true;
  }

  void note_text(std::string_view text) { set(open_, text); }

  void set(std::string* slot, std::string_view value) {
    if (slot == nullptr || !slot->empty()) return;
    auto text = unescaped(value);
    // Credits may stand in several lines; and of them only what begins as UTF-8 is a text of XMP.
    *slot = is_credit(slot) && is_valid_utf8(text) ? credit_text(text) : plain(std::move(text));
  }

  bool is_credit(const std::string* slot) const {
    const Credits& credits = values_.credits;
    return slot == &creator_ || slot == &credits.credit_line || slot == &credits.copyright ||
           slot == &credits.rights_url || slot == &credits.usage_terms;
  }

  // An entry of the list of creators has ended.
  void keep_creator() {
    add_creator(creator_, values_.credits);
    creator_.clear();
  }

  std::string_view uri_of(std::string_view prefix) const {
    const auto found =
        std::find_if(prefixes_.rbegin(), prefixes_.rend(), [&](const Prefix& known) { return known.prefix == prefix; });
    return found == prefixes_.rend() ? std::string_view() : found->uri;
  }

  bool is_resource(std::string_view name) const {
    const auto [prefix, local] = split(name);
    return local == "resource" && uri_of(prefix) == kRdfNamespace;
  }

  // Where the value of a property goes; null for one that is not asked for.
  std::string* slot_of(std::string_view name) {
    const auto [prefix, local] = split(name);
    const auto uri = uri_of(prefix);
    if (uri == kIptcExtNamespace && local == "DigitalSourceType") return &values_.digital_source_type;
    if (uri == kIptcExtNamespace && local == "AISystemUsed") return &values_.ai_system;
    if (uri == kXmpNamespace && local == "CreatorTool") return &values_.creator_tool;
    if (uri == kDublinCoreNamespace && local == "creator") return &creator_;
    if (uri == kDublinCoreNamespace && local == "rights") return &values_.credits.copyright;
    if (uri == kPhotoshopNamespace && local == "Credit") return &values_.credits.credit_line;
    if (uri == kRightsNamespace && local == "WebStatement") return &values_.credits.rights_url;
    if (uri == kRightsNamespace && local == "UsageTerms") return &values_.credits.usage_terms;
    if (uri == kOwnNamespace && local == "Model") return &values_.model;
    if (uri == kOwnNamespace && local == "PromptSha256") return &values_.prompt_sha256;
    return nullptr;
  }

  std::string_view xmp_;
  std::size_t at_ = 0, level_ = 0;
  std::vector<Prefix> prefixes_;
  std::string* open_ = nullptr;  ///< The property whose element is being read ...
  std::size_t open_level_ = 0;   ///< ... and where that began.
  std::string creator_;          ///< One of them, while it is being read.
  XmpValues values_;
};

}  // namespace

XmpValues read_xmp(std::string_view xmp) {
  if (xmp.size() > kMaxXmpBytes) return {};
  return Reader(xmp).run();
}

bool is_plain_text(std::string_view text) noexcept {
  if (!is_valid_utf8(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20U || byte == 0x7FU) return false;
    if (byte == 0xC2U && static_cast<unsigned char>(text[i + 1]) < 0xA0U) return false;
    const auto three = text.substr(i, 3);
    if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") return false;
  }
  return true;
}

bool is_sha256_text(std::string_view text) noexcept {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace imagegen::detail
