#include "storage/s3_endpoint.hpp"

#include "storage/object_headers.hpp"
#include "storage/s3_bucket_name.hpp"

#include <algorithm>
#include <array>

namespace imagegen::detail {
namespace {

Error bad_option(std::string_view field, std::string_view what) {
  return {Errc::invalid_argument, "S3 " + std::string(field) + ": expected " + std::string(what)};
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_region(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

// Values are not quoted: whoever mixes up two fields would find a secret in a log.
Result<void> check_credentials(const S3Options& options) {
  const auto& id = options.access_key_id;
  const bool good_id = !id.empty() && id.size() <= 256 && is_visible_ascii(id) && id.find_first_of("/,") == id.npos;
  if (!good_id) return bad_option("access_key_id", "1..256 visible ASCII characters without '/' and ','");
  if (options.secret_access_key.empty()) return bad_option("secret_access_key", "a key, got none");
  if (!is_visible_ascii(options.session_token.reveal())) return bad_option("session_token", "visible ASCII characters");
  return {};
}

Result<void> check_options(const S3Options& options) {
  if (!is_bucket_name(options.bucket)) {
    return bad_option("bucket", "3..63 lower-case letters, digits, dots and hyphens");
  }
  if (!is_region(options.region)) return bad_option("region", "a name such as us-east-1 or auto");
  if (!options.prefix.empty() && !ObjectKey::parse(options.prefix)) {
    return bad_option("prefix", "a relative key such as \"shop/pictures\", without a slash at its end");
  }
  if (options.max_attempts < 1 || options.max_attempts > 100) return bad_option("max_attempts", "[1, 100]");
  if (options.call_timeout.count() < 1) return bad_option("call_timeout", "at least 1 ms");
  return check_credentials(options);
}

bool is_address(std::string_view host) {
  return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

// Why the bucket cannot be part of the host name, or nothing.
Result<void> check_virtual_host(const Url& base, std::string_view bucket) {
  if (is_address(base.host)) return bad_option("path_style", "true for an endpoint that is an IP address");
  if (base.is_tls() && bucket.find('.') != bucket.npos) {
    return bad_option("path_style", "true for a bucket with dots, because certificates cover one level only");
  }
  return {};
}

std::string aws_endpoint(const std::string& region) {
  return "https://s3." + region + (region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
}

}  // namespace

Result<S3Endpoint> S3Endpoint::from(const S3Options& options) {
  if (auto good = check_options(options); !good) return good.error();
  auto base = parse_url(options.endpoint.empty() ? aws_endpoint(options.region) : options.endpoint);
  if (!base || base->target.find('?') != std::string::npos)
    return bad_option("endpoint", "https://host[:port][/path] or http://host[:port][/path]");
  const bool has_path = base->target != "/";
  S3Endpoint out;
  out.path_root_ = base->target.ends_with('/') ? base->target : base->target + "/";
  base->target = "/";
  if (options.path_style) {
    out.path_root_ += options.bucket + "/";
  } else {
    if (has_path) return bad_option("path_style", "true for an endpoint with a path");
    if (auto good = check_virtual_host(*base, options.bucket); !good) return good.error();
    base->host.insert(0, options.bucket + ".");
  }
  out.base_ = std::move(*base);
  out.region_ = options.region;
  out.access_key_id_ = options.access_key_id;
  out.secret_access_key_ = options.secret_access_key;
  out.session_token_ = options.session_token;
  return out;
}

// The bucket alone is "/bucket" in path style: some servers take "/bucket/" for an object without a name.
std::string S3Endpoint::target_path(std::string_view key) const {
  if (key.empty()) return path_root_.size() == 1 ? path_root_ : path_root_.substr(0, path_root_.size() - 1);
  return path_root_ + percent_encode(key, /*keep_slashes=*/true);
}

HttpRequest S3Endpoint::request(const S3Call& call, std::chrono::system_clock::time_point now) const {
  const SigV4Scope scope{sigv4_date_time(now), region_, "s3"};
  const auto path = target_path(call.key);
  const auto query = canonical_query(call.query);

  std::vector<HttpHeader> sent = call.headers;
  sent.push_back({"x-amz-content-sha256", call.body_sha256});
  sent.push_back({"x-amz-date", scope.date_time});
  if (!session_token_.empty()) sent.push_back({"x-amz-security-token", session_token_.reveal()});
  std::vector<HttpHeader> covered = sent;
  covered.push_back({"host", base_.authority()});

  const auto to_sign = string_to_sign(scope, canonical_request(call.method, path, query, covered, call.body_sha256));
  const auto signature = sigv4_signature(secret_access_key_, scope, to_sign);

  HttpRequest request;
  request.method = call.method;
  request.url = base_;
  request.url.target = query.empty() ? path : path + "?" + query;
  for (auto& [name, value] : sent) request.headers.add(name, value);
  request.headers.add("authorization",
                      sigv4_authorization(access_key_id_, scope, signed_header_names(covered), signature));
  request.body.assign(call.body.begin(), call.body.end());
  request.max_response_bytes = call.max_response_bytes;
  return request;
}

std::string S3Endpoint::object_url(std::string_view key) const {
  auto url = base_;
  url.target = target_path(key);
  return url.str();
}

std::string S3Endpoint::redacted(std::string text) const {
  const std::array secrets{secret_access_key_, session_token_, Secret(access_key_id_)};
  return redact(std::move(text), secrets);
}

}  // namespace imagegen::detail
