#include "json_file.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include <algorithm>

#include "columns.hpp"
#include "files.hpp"

namespace cli {
namespace {

using imagegen::Errc;
using imagegen::Error;
using imagegen::Result;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF", kLittleMark = "\xFF\xFE", kBigMark = "\xFE\xFF";

std::string_view without_mark(std::string_view text) {
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  return text;
}

// ASCII letters of JSON with a zero beside each, where no mark says so.
bool is_utf16(std::string_view text) {
  if (text.starts_with(kLittleMark) || text.starts_with(kBigMark)) return true;
  return text.size() >= 2 && ((text[0] == '\0') != (text[1] == '\0'));
}

// "3:14", from 1; a column is a sign, not a byte.
std::string place_of(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, std::min(at, text.size()));
  const auto line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto signs = std::ranges::count_if(before.substr(line_begin), [](char c) { return (c & 0xC0) != 0x80; });
  return std::to_string(line) + ":" + std::to_string(signs + 1);
}

}  // namespace

Result<boost::json::value> parse_json_of(std::string_view name, std::string_view text) {
  const std::string prefix(name);
  if (is_utf16(text)) return Error{Errc::invalid_argument, prefix + ": expected JSON in UTF-8, got UTF-16"};
  text = without_mark(text);
  boost::json::stream_parser parser;
  boost::system::error_code failed;
  const auto read = parser.write_some(text.data(), text.size(), failed);
  if (!failed && read < text.size()) failed = boost::json::error::extra_data;
  if (!failed) parser.finish(failed);
  if (!failed) return parser.release();
  return Error{Errc::invalid_argument, prefix + ":" + place_of(text, read) + ": expected JSON: " + failed.message()};
}

Result<boost::json::value> read_json_file(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  return parse_json_of(name_of_input(file), imagegen::as_text(*bytes));
}

Result<std::string> read_json_text(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  const auto text = imagegen::as_text(*bytes);
  if (const auto parsed = parse_json_of(name_of_input(file), text); !parsed) return parsed.error();
  return std::string(without_mark(text));
}

}  // namespace cli
