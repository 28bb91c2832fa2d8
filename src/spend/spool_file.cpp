#include "spend/spool_file.hpp"

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/spend/spool_rules.hpp>

#include "json/object_reader.hpp"
#include "json/write.hpp"

#include <boost/json/object.hpp>

#include <limits>

namespace imagegen::spend {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kLongestName = 200;  // with its suffix below the 255 of the usual file systems
constexpr std::size_t kDigestLine = 65;    // 64 digits and the end of the line

bool stays(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Error damaged(const std::string& what) {
  return {Errc::corrupt_data, what};
}

Result<SpoolHead> read_fields(std::string_view line) {
  const auto document = json::parse(line, kLongestSpoolHead);
  if (!document) return damaged("its first line is no JSON: " + document.error().message);
  std::vector<FieldFault> faults;
  json::ObjectReader reader(*document, "", faults);
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const auto version = reader.integer("spool", 1, kMost, json::Need::required);
  const auto purchase = reader.text("purchase", json::Need::optional);  // which may hold nothing but blanks
  auto key = ObjectKey::parse(reader.text("key", json::Need::optional));
  const auto type = reader.text("contentType", json::Need::optional), sha = reader.text("sha256", json::Need::required);
  const auto size = reader.integer("sizeBytes", 1, kMost, json::Need::required);
  const auto order = reader.integer("order", 0, kMost, json::Need::required);
  const auto about = reader.text("about", json::Need::optional);
  if (!faults.empty()) return damaged("its first line: " + faults.front().path + ": " + faults.front().message);
  if (*version != kVersion)
    return damaged("a newer version of this library wrote it (format " + std::to_string(*version) + ")");
  if (purchase.empty()) return damaged("its first line: purchase: expected a string, got none");
  if (!key) return damaged("its first line: key: " + key.error().message);
  const auto spooled = from_unix_ms(*order / 1'000'000);
  return SpoolHead{{purchase, std::move(*key), type, about, static_cast<std::uint64_t>(*size), spooled}, sha, *order, 0};
}

}  // namespace

std::string spool_file_name(const std::string& purchase_id) {
  std::string name;
  for (const char c : purchase_id) {
    if (stays(c) || (c == '.' && !name.empty())) {
      name += c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      name += "%" + to_hex(ByteView(&byte, 1));
    }
  }
  if (name.size() + kSpooledSuffix.size() > kLongestName)
    name = name.substr(0, kLongestName / 2) + "~" + to_hex(sha256(purchase_id));
  return name + std::string(kSpooledSuffix);
}

std::string write_spool_head(const SpooledPicture& picture, std::int64_t order) {
  const boost::json::object head = {
      {"spool", kVersion},
      {"purchase", picture.purchase_id},
      {"key", picture.key.str()},
      {"contentType", picture.content_type},
      {"sizeBytes", picture.file.size()},
      {"sha256", to_hex(sha256(picture.file))},
      {"spooled", to_rfc3339(from_unix_ms(order / 1'000'000))},
      {"order", order},
      {"about", picture.about_json},
  };
  const auto line = json::write(head);
  return line + "\n" + to_hex(sha256(line)) + "\n";
}

Result<SpoolHead> parse_spool_head(std::string_view beginning) {
  const auto end = beginning.find('\n');
  if (end == std::string_view::npos || beginning.size() < end + 1 + kDigestLine)
    return damaged("it ends before its picture begins");
  const auto line = beginning.substr(0, end);
  if (beginning.substr(end + 1, kDigestLine) != to_hex(sha256(line)) + "\n")
    return damaged("its first line has changed since it was written");
  auto head = read_fields(line);
  if (head) head->bytes = end + 1 + kDigestLine;
  return head;
}

}  // namespace imagegen::spend
