#include "provider/common/json_mender.hpp"

#include <imagegen/core/utf8.hpp>

#include <boost/json/stream_parser.hpp>

#include <charconv>

namespace imagegen {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kUnknown = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kUnknownEscape = "\\ufffd";
constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::size_t kUnit = 6;  // bytes of "\ud83d"

bool is_ordinary(char c) {
  return static_cast<signed char>(c) >= ' ' && c != '"' && c != '\\';
}
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_outside_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80U;
}

unsigned unit_of(std::string_view escape) {
  unsigned unit = 0;
  std::from_chars(escape.data() + 2, escape.data() + kUnit, unit, 16);
  return unit;
}
bool is_first_half(unsigned unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_second_half(unsigned unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

std::size_t length_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
}

// How a control character is written, or a byte that begins no letter.
std::string_view replacement(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return " ";
  }
}

}  // namespace

void JsonMender::feed(std::string_view text, const Out& out) {
  std::size_t begin = 0;  // of what goes out as it is
  const auto flush = [&](std::size_t end) {
    if (end > begin) out(text.substr(begin, end - begin));
    begin = end + 1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!escape_.empty() && take_escaped(c, out)) {
      begin = i + 1;
      continue;
    }
    if (!encoded_.empty() && take_encoded(c, out)) {
      begin = i + 1;
      continue;
    }
    if (!in_string_) {
      in_string_ = c == '"';
    } else if (is_ordinary(c)) {
      continue;
    } else if (c == '"') {
      in_string_ = false;
    } else if (c == '\\') {
      flush(i);
      escape_ = c;
    } else if (is_outside_ascii(c)) {
      flush(i);
      encoded_ = c;
    } else {
      flush(i);
      out(replacement(c));
    }
  }
  if (begin < text.size()) out(text.substr(begin));
}

// \return False when `c` is not a part of the escape: then that has gone out, and `c` is a byte like any other.
bool JsonMender::take_escaped(char c, const Out& out) {
  const auto size = escape_.size();
  const auto at = size % kUnit;
  if (at == 1 && size < kUnit && kEscapes.find(c) != std::string_view::npos) {
    const char simple[] = {'\\', c};
    escape_.clear();
    out({simple, sizeof simple});
    return true;
  }
  const bool fits = at == 0 ? c == '\\' : at == 1 ? c == 'u' : is_hex(c);
  if (fits) {
    escape_ += c;
    if (escape_.size() % kUnit == 0) take_unit(out);
    return true;
  }
  if (size >= kUnit) out(kUnknownEscape);  // the first half of a pair
  const bool was_short = at > 1;           // "\u12"
  const bool begins = at == 1 && size > kUnit;
  escape_.clear();
  if (was_short) out(kUnknownEscape);
  if (!begins) return false;
  escape_ = '\\';  // behind the first half is another escape
  return take_escaped(c, out);
}

// One or two whole units are there.
void JsonMender::take_unit(const Out& out) {
  const bool is_pair = escape_.size() > kUnit;
  const auto last = unit_of(std::string_view(escape_).substr(escape_.size() - kUnit));
  if (is_pair && is_second_half(last)) {
    out(escape_);
    return escape_.clear();
  }
  if (is_pair) {
    out(kUnknownEscape);
    escape_.erase(0, kUnit);
  }
  if (is_first_half(last)) return;  // its other half may follow
  out(is_second_half(last) || last == 0 ? kUnknownEscape : std::string_view(escape_));
  escape_.clear();
}

// \return False when `c` does not go on with the letter: then that has gone out, and `c` is a byte like any other.
bool JsonMender::take_encoded(char c, const Out& out) {
  const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
  if (continues) encoded_ += c;
  if (continues && encoded_.size() < length_of(encoded_.front())) return true;
  out(continues && is_valid_utf8(encoded_) ? std::string_view(encoded_) : kUnknown);
  encoded_.clear();
  return continues;
}

std::string mended_json(std::string_view text) {
  std::string mended;
  mended.reserve(text.size());
  JsonMender().feed(text, [&](std::string_view piece) { mended += piece; });
  return mended;
}

std::optional<boost::json::value> parse_mended_json(std::string_view body) {
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  boost::json::stream_parser parser;
  boost::system::error_code failed;
  parser.write_some(mended_json(body), failed);
  if (!failed && !parser.done()) parser.finish(failed);
  if (failed) return std::nullopt;
  return parser.release();
}

}  // namespace imagegen
