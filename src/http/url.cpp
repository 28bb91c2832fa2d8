#include <imagegen/http/url.hpp>

#include "http/ascii.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <optional>
#include <vector>

namespace imagegen {
namespace {

constexpr std::size_t kMaxUrlBytes = 8192;
constexpr std::size_t kMaxNameBytes = 253;  // RFC 1035, less the length bytes at both ends
constexpr std::size_t kMaxLabelBytes = 63;

// Messages never quote the URL: its query may be a signature.
Error bad_url(std::string_view what) {
  return {Errc::invalid_argument, "url: " + std::string(what)};
}

std::uint16_t default_port(std::string_view scheme) noexcept {
  return scheme == "https" ? 443 : 80;
}

bool is_label(std::string_view label) noexcept {
  const auto allowed = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  return !label.empty() && label.size() <= kMaxLabelBytes && std::all_of(label.begin(), label.end(), allowed);
}

// Whether getaddrinfo might read the host as a number. Such a host must be a plain dotted quad, or one text would name
// different machines to different readers.
bool ends_in_number(std::string_view host) noexcept {
  const auto label = host.substr(host.rfind('.') + 1);
  if (std::all_of(label.begin(), label.end(), is_digit)) return true;
  const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return label.starts_with("0x") && std::all_of(label.begin() + 2, label.end(), hex);
}

bool is_name(std::string_view host) noexcept {
  if (host.size() > kMaxNameBytes) return false;
  for (;;) {
    const auto dot = host.find('.');
    if (!is_label(host.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

Result<std::string> parse_host(std::string_view text) {
  std::string host = to_lower(text);
  boost::system::error_code failed;
  if (host.starts_with('[') && host.ends_with(']')) {
    if (host.find('%') != std::string::npos) return bad_url("an IPv6 zone is not allowed");
    const auto address = boost::asio::ip::make_address_v6(host.substr(1, host.size() - 2), failed);
    if (failed) return bad_url("the host in brackets is not an IPv6 address");
    return address.to_string();
  }
  if (!is_name(host)) return bad_url("expected a host name or an IP address");
  if (!ends_in_number(host)) return host;
  const auto address = boost::asio::ip::make_address_v4(host, failed);
  if (failed || address.to_string() != host) return bad_url("a numeric host must be a dotted IPv4 address");
  return host;
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view scheme) {
  if (text.empty()) return default_port(scheme);
  unsigned port = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, port);
  if (failed != std::errc() || stopped != end || port == 0 || port > 65535) {
    return bad_url("port: expected [1, 65535]");
  }
  return static_cast<std::uint16_t>(port);
}

// Splits "host:port" and "[::1]:port" at the colon that ends the host.
std::pair<std::string_view, std::string_view> split_authority(std::string_view text) noexcept {
  const auto from = text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0;
  const auto colon = text.find(':', from);
  if (colon == std::string_view::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Result<Url> parse_after_scheme(std::string scheme, std::string_view rest) {
  rest = rest.substr(0, rest.find('#'));
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  const auto authority = rest.substr(0, end);
  if (authority.find('@') != std::string_view::npos) return bad_url("credentials are not allowed in it");
  const auto [host_text, port_text] = split_authority(authority);
  auto host = parse_host(host_text);
  if (!host) return host.error();
  const auto port = parse_port(port_text, scheme);
  if (!port) return port.error();
  std::string target(rest.substr(end));
  if (!target.starts_with('/')) target.insert(target.begin(), '/');
  return Url{std::move(scheme), std::move(*host), *port, std::move(target)};
}

std::optional<Error> find_bad_text(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return bad_url("longer than " + std::to_string(kMaxUrlBytes) + " bytes");
  const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
  if (std::all_of(text.begin(), text.end(), printable)) return std::nullopt;
  return bad_url("spaces, control and non-ASCII characters are not allowed");
}

// Where the host of "//host" or "scheme://host" begins; npos where there is none.
std::size_t start_of_host(std::string_view text) noexcept {
  if (text.starts_with("//")) return 2;
  const auto scheme = text.find("://");
  return scheme == std::string_view::npos || scheme > text.find_first_of("/?#") ? std::string_view::npos : scheme + 3;
}

// Whether the first character may stand as it is. '#' may: it ends what is sent.
bool fits_into_url(std::string_view rest) noexcept {
  constexpr std::string_view kNever = "\"<>[]\\^`{|}";
  const char c = rest.front();
  const auto is_hex = [](char digit) { return is_digit(digit) || (to_lower(digit) >= 'a' && to_lower(digit) <= 'f'); };
  if (c == '%') return rest.size() > 2 && is_hex(rest[1]) && is_hex(rest[2]);
  return c > ' ' && c < '\x7f' && kNever.find(c) == std::string_view::npos;
}

bool has_scheme(std::string_view reference) noexcept {
  const auto colon = reference.find(':');
  return colon != std::string_view::npos && colon < reference.find_first_of("/?#");
}

// RFC 3986, section 5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view rest = path.substr(1);
  for (bool more = true; more;) {
    const auto slash = rest.find('/');
    more = slash != std::string_view::npos;
    const auto segment = rest.substr(0, slash);
    rest = more ? rest.substr(slash + 1) : std::string_view();
    if (segment == ".." && !kept.empty()) kept.pop_back();
    const bool dots = segment == "." || segment == "..";
    if (!dots) kept.push_back(segment);
    if (dots && !more) kept.emplace_back();  // "/a/." is the folder "/a/"
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  return out.empty() ? "/" : out;
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : '[' + host + ']';
  if (port != default_port(scheme)) out += ':' + std::to_string(port);
  return out;
}

std::string Url::str() const {
  return scheme + "://" + authority() + target;
}

Result<Url> parse_url(std::string_view text) {
  if (auto bad = find_bad_text(text)) return std::move(*bad);
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return bad_url("expected http:// or https://");
  std::string scheme = to_lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") return bad_url("expected http:// or https://");
  return parse_after_scheme(std::move(scheme), text.substr(colon + 3));
}

std::string encode_url(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const auto host = start_of_host(text);
  const auto rest = host == std::string_view::npos ? 0 : std::min(text.find_first_of("/?#", host), text.size());
  std::string out(text.substr(0, rest));
  for (std::size_t at = rest; at < text.size(); ++at) {
    if (fits_into_url(text.substr(at))) {
      out += text[at];
    } else {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(text[at]);
      out.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return out;
}

Url with_path(Url base, std::string_view path) {
  assert(path.starts_with('/'));
  const auto query = std::min(base.target.find('?'), base.target.size());
  std::string joined = base.target.substr(0, query);
  if (joined.ends_with('/')) joined.pop_back();
  base.target = joined.append(path).append(base.target, query);
  return base;
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  if (has_scheme(reference)) return parse_url(reference);
  if (auto bad = find_bad_text(reference)) return std::move(*bad);
  if (reference.starts_with("//")) return parse_url(base.scheme + ':' + std::string(reference));
  reference = reference.substr(0, reference.find('#'));
  Url out = base;
  if (reference.empty()) return out;
  const auto query = std::min(reference.find('?'), reference.size());
  const auto base_path = std::string_view(base.target).substr(0, base.target.find('?'));
  if (query == 0) {
    out.target = std::string(base_path).append(reference);
  } else {
    std::string path(reference.substr(0, query));
    if (!path.starts_with('/')) path.insert(0, base_path.substr(0, base_path.rfind('/') + 1));
    out.target = without_dot_segments(path).append(reference.substr(query));
  }
  if (out.str().size() > kMaxUrlBytes) return bad_url("longer than " + std::to_string(kMaxUrlBytes) + " bytes");
  return out;
}

}  // namespace imagegen
