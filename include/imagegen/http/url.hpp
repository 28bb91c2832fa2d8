#pragma once
#include <imagegen/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace imagegen {

/// An absolute http or https URL, taken apart. The target is kept byte for byte, because a signature may cover it.
struct Url {
  std::string scheme = "https";  ///< "http" or "https"
  std::string host;              ///< Name, IPv4, or IPv6 without brackets; lower case.
  std::uint16_t port = 443;
  std::string target = "/";      ///< Path and query as they came, never empty, no fragment.

  /// "https://host" or "https://host:8443": what the Host header and a proxy need.
  std::string authority() const;
  std::string str() const;
  bool is_tls() const noexcept { return scheme == "https"; }
  friend bool operator==(const Url&, const Url&) = default;
};

/// Errc::invalid_argument for anything that is not an absolute http(s) URL, has credentials in it, control characters
/// or a length above 8192.
Result<Url> parse_url(std::string_view text);

/// `base` with `path` (must begin with '/') appended to its path; a slash at the end of the base's path is dropped.
Url with_path(Url base, std::string_view path);

}  // namespace imagegen
