#include <imagegen/metadata/store_parts.hpp>

#include <imagegen/core/object_key.hpp>
#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace imagegen {
namespace {

constexpr std::size_t kLongestId = 128, kLongestKind = 64, kLongestText = 256, kLongestUrl = 4096;
constexpr std::size_t kLargestExtra = 64U << 10U, kDigestDigits = 64;
constexpr int kLargestPage = 1000;

Error wrong(std::string_view field, const std::string& expected) {
  return {Errc::invalid_argument, "asset " + std::string(field) + ": expected " + expected};
}

bool is_digest(std::string_view text) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == kDigestDigits && std::all_of(text.begin(), text.end(), fits);
}

struct TextField {
  std::string_view name, text;
  std::size_t longest;
};

// NUL is refused because PostgreSQL cannot keep one in a text.
Result<void> check_text(const TextField& field) {
  if (field.text.size() > field.longest)
    return wrong(field.name,
                 "at most " + std::to_string(field.longest) + " bytes, got " + std::to_string(field.text.size()));
  if (!is_valid_utf8(field.text) || field.text.find('\0') != std::string_view::npos)
    return wrong(field.name, "UTF-8 without NUL, got other bytes");
  return {};
}

Result<void> check_texts(const AssetRecord& asset) {
  const TextField fields[] = {{"kind", asset.kind, kLongestKind},
                              {"url", asset.url, kLongestUrl},
                              {"content_type", asset.content_type, kLongestText},
                              {"job_id", asset.job_id, kLongestText},
                              {"owner", asset.owner, kLongestText},
                              {"provider", asset.provider, kLongestText},
                              {"model", asset.model, kLongestText},
                              {"extra", asset.extra, kLargestExtra}};
  for (const TextField& field : fields) {
    if (auto checked = check_text(field); !checked) return checked;
  }
  return {};
}

}  // namespace

bool is_asset_id(std::string_view text) noexcept {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= kLongestId && std::all_of(text.begin(), text.end(), fits);
}

Result<void> check_asset(const AssetRecord& asset) {
  if (!is_asset_id(asset.id)) return wrong("id", "1 to 128 of A-Z a-z 0-9 . _ -");
  if (asset.kind.empty()) return wrong("kind", "1 to 64 bytes, got none");
  if (auto checked = check_texts(asset); !checked) return checked;
  if (const auto key = ObjectKey::parse(asset.object_key); !key) return in_context(key.error(), "asset object_key");
  if (!is_digest(asset.sha256)) return wrong("sha256", "64 lower-case hexadecimal digits");
  if (!asset.prompt_sha256.empty() && !is_digest(asset.prompt_sha256))
    return wrong("prompt_sha256", "nothing or 64 lower-case hexadecimal digits");
  if (asset.size.width < 0 || asset.size.height < 0)
    return wrong("size", "sides of 0 or more, got " + to_string(asset.size));
  if (asset.size_bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return wrong("size_bytes", "at most 2^63 - 1, got " + std::to_string(asset.size_bytes));
  return {};
}

std::string to_cursor(const AssetRecord& asset) {
  return std::to_string(to_unix_ms(asset.created)) + "-" + asset.id;
}

Result<std::optional<AssetCursor>> parse_asset_cursor(std::string_view text) {
  if (text.empty()) return std::optional<AssetCursor>();
  const auto dash = text.find('-', 1);  // a time before 1970 has one in front
  std::int64_t created = 0;
  const auto end = dash == std::string_view::npos ? text.data() : text.data() + dash;
  const auto read = std::from_chars(text.data(), end, created);
  const bool number = dash != std::string_view::npos && read.ec == std::errc() && read.ptr == end;
  if (!number || !is_asset_id(text.substr(dash + 1)))
    return Error(Errc::invalid_argument, "after: expected the next of an earlier page");
  return std::optional(AssetCursor{from_unix_ms(created), std::string(text.substr(dash + 1))});
}

Result<void> check_query(const AssetQuery& query) {
  if (query.limit >= 1 && query.limit <= kLargestPage) return {};
  return Error(Errc::invalid_argument, "limit: expected 1 to 1000, got " + std::to_string(query.limit));
}

}  // namespace imagegen
