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
  std::uint16_t port = 443;      ///< 1 to 65535.
  std::string target = "/";      ///< Path and query as they came, never empty, no fragment.

  /// "host", or "host:8443" where the port is not the scheme's own; IPv6 in brackets. What the Host header needs.
  std::string authority() const;
  /// The whole URL again; parse_url() reads it back as the same.
  std::string str() const;
  /// Whether it is https.
  bool is_tls() const noexcept { return scheme == "https"; }
  friend bool operator==(const Url&, const Url&) = default;
};

/// Errc::invalid_argument for anything that is not an absolute http(s) URL, has credentials in it, spaces, control or
/// non-ASCII characters, a host that is neither a name nor a plain IPv4 or IPv6 address ("127.1" and "0x7f000001" are
/// neither), or a length above 8192. A fragment is dropped.
/// Source: RFC 3986; for numbers as hosts the URL Standard, "host parsing".
Result<Url> parse_url(std::string_view text);

/// The URL or reference that a remote answer means by `text`, made fit for parse_url() and resolve_url(): blanks around
/// it are dropped, and what a URL cannot hold behind its host (spaces, control and non-ASCII characters, quotes,
/// brackets, braces, backslashes, a '%' that begins no escape) is percent-encoded. A text without such characters comes
/// out as it is, byte for byte. Of the host nothing is changed.
/// Source: RFC 3986, section 2.1.
std::string encode_url(std::string_view text);

/// `base` with `path` (must begin with '/') appended to its path; a slash at the end of the base's path is dropped.
/// A query of the base stays behind the path.
Url with_path(Url base, std::string_view path);

/// What `reference`, such as the value of a Location header, means on the page `base`: an absolute URL, "//host/path",
/// "/path", "path" or "?query". Errors as parse_url().
/// Source: RFC 3986, section 5.2.
Result<Url> resolve_url(const Url& base, std::string_view reference);

}  // namespace imagegen
