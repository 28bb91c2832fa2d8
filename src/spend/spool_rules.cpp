#include <imagegen/core/utf8.hpp>
#include <imagegen/maker/spend/spool_rules.hpp>

#include <algorithm>
#include <charconv>

namespace imagegen {
namespace {

constexpr std::size_t kLongestId = 1024, kLongestContentType = 1024;
constexpr int kLargestSpoolPage = 1000;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
}
bool is_printable(char c) {
  return c >= 0x20 && c < 0x7F;
}

Error wrong(const std::string& field, const std::string& expected) {
  return {Errc::invalid_argument, "spooled picture: " + field + ": expected " + expected};
}
Error too_large(const std::string& field, std::size_t most, std::size_t got) {
  return {Errc::limit_exceeded, "spooled picture: " + field + ": expected at most " + std::to_string(most) +
                                    " bytes, got " + std::to_string(got)};
}

}  // namespace

Result<void> check_spooled(const SpooledPicture& picture) {
  const auto& id = picture.purchase_id;
  if (id.empty() || id.size() > kLongestId)
    return wrong("purchase", "1 to 1024 bytes, got " + std::to_string(id.size()));
  if (std::any_of(id.begin(), id.end(), is_control) || !is_valid_utf8(id))
    return wrong("purchase", "UTF-8 without control characters");
  const auto& type = picture.content_type;
  if (type.size() > kLongestContentType || !std::all_of(type.begin(), type.end(), is_printable))
    return wrong("content type", "printable ASCII, at most 1024 bytes");
  const auto& about = picture.about_json;
  if (about.size() > kLongestSpooledAbout) return too_large("about", kLongestSpooledAbout, about.size());
  if (about.find('\0') != std::string::npos || !is_valid_utf8(about)) return wrong("about", "UTF-8 without NUL");
  if (picture.file.empty()) return wrong("file", "1 byte or more, got 0");
  if (picture.file.size() > kLargestSpooledFile) return too_large("file", kLargestSpooledFile, picture.file.size());
  return {};
}

Result<void> check_query(const SpoolQuery& query) {
  if (query.limit >= 1 && query.limit <= kLargestSpoolPage) return {};
  return Error(Errc::invalid_argument, "spool: limit: expected 1 to 1000, got " + std::to_string(query.limit));
}

std::string to_text(const SpoolCursor& cursor) {
  return std::to_string(cursor.order) + ":" + cursor.purchase_id;
}

Result<std::optional<SpoolCursor>> parse_spool_cursor(std::string_view text) {
  if (text.empty()) return std::optional<SpoolCursor>();
  SpoolCursor cursor;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, cursor.order);
  if (failed != std::errc() || stop == end || *stop != ':')
    return Error(Errc::invalid_argument, "spool: after: expected what an earlier page gave as next");
  cursor.purchase_id.assign(stop + 1, end);
  return std::optional(std::move(cursor));
}

}  // namespace imagegen
