#include <imagegen/core/object_key.hpp>
#include <imagegen/storage/store_url.hpp>

#include <optional>

#include "core/percent.hpp"
#include "storage/s3_bucket_name.hpp"

namespace imagegen {
namespace {

Error bad_url(std::string_view what) {
  return {Errc::invalid_argument, "store: " + std::string(what)};
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

Result<StoreUrl> file_url(std::string_view rest) {
  std::optional<std::string> path(rest);
  if (take(rest, "//")) {
    if (!rest.starts_with('/')) return bad_url("expected file:DIR or file:///DIR, got a host after file://");
    path = decode_percent(rest);
  }
  const bool good = path && !path->empty() && path->find('\0') == std::string::npos;
  if (!good) return bad_url("expected file:DIR or file:///DIR with a folder that can be one");
  return StoreUrl{StoreKind::file, std::move(*path), {}, {}};
}

Result<StoreUrl> s3_url(std::string_view rest) {
  const auto slash = rest.find('/');
  const auto bucket = rest.substr(0, slash);
  auto prefix = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  if (prefix.size() > 1 && prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!detail::is_bucket_name(bucket)) {
    return bad_url("expected s3://bucket/prefix with a bucket of 3..63 lower-case letters, digits, dots and hyphens");
  }
  if (prefix.find_first_of("?#") != std::string_view::npos) {
    return bad_url("expected s3://bucket/prefix; region, endpoint and keys are set apart from it");
  }
  if (!prefix.empty() && !ObjectKey::parse(std::string(prefix))) {
    return bad_url("expected s3://bucket/prefix with a relative prefix, without empty, \".\" or \"..\" segments");
  }
  return StoreUrl{StoreKind::s3, {}, std::string(bucket), std::string(prefix)};
}

}  // namespace

Result<StoreUrl> parse_store_url(std::string_view text) {
  if (text == "memory:") return StoreUrl{};
  if (take(text, "file:")) return file_url(text);
  if (take(text, "s3://")) return s3_url(text);
  return bad_url("expected memory:, file:DIR or s3://bucket/prefix");
}

}  // namespace imagegen
