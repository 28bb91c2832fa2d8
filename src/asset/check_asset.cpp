#include <imagegen/asset/asset_store.hpp>

#include <imagegen/core/object_key.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/maker/record/store_parts.hpp>

#include <algorithm>
#include <limits>

namespace imagegen {
namespace {

constexpr std::size_t kLongestKind = 64, kLongestText = 256, kLongestUrl = 4096;
constexpr std::size_t kLargestExtra = 64U << 10U, kDigestDigits = 64;

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

Result<void> check_asset(const AssetRecord& asset) {
  if (!is_record_id(asset.id)) return wrong("id", "1 to 128 of A-Z a-z 0-9 . _ -");
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

}  // namespace imagegen
