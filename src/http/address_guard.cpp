#include "http/address_guard.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/http/url.hpp>

#include "http/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace imagegen {
namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

struct Range4 {
  std::uint32_t base;
  int bits;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0, std::uint32_t d = 0) noexcept {
  return a << 24U | b << 16U | c << 8U | d;
}

constexpr Range4 kSpecial4[] = {
    {ipv4(0, 0), 8},           // this network
    {ipv4(10, 0), 8},          // private
    {ipv4(100, 64), 10},       // shared by carriers
    {ipv4(127, 0), 8},         // loopback
    {ipv4(169, 254), 16},      // link-local, with the metadata services of every cloud
    {ipv4(172, 16), 12},       // private
    {ipv4(192, 0, 0), 24},     // protocol assignments
    {ipv4(192, 0, 2), 24},     // documentation
    {ipv4(192, 31, 196), 24},  // AS112
    {ipv4(192, 52, 193), 24},  // AMT
    {ipv4(192, 88, 99), 24},   // 6to4 relays, deprecated
    {ipv4(192, 168), 16},      // private
    {ipv4(192, 175, 48), 24},  // AS112
    {ipv4(198, 18), 15},       // benchmarks
    {ipv4(198, 51, 100), 24},  // documentation
    {ipv4(203, 0, 113), 24},   // documentation
    {ipv4(224, 0), 4},         // multicast
    {ipv4(240, 0), 4},         // reserved, and broadcast
};

bool is_public(address_v4 address) noexcept {
  const auto number = address.to_uint();
  return std::none_of(std::begin(kSpecial4), std::end(kSpecial4), [&](const Range4& range) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.bits);
    return (number & mask) == range.base;
  });
}

struct Range6 {
  std::array<std::uint8_t, 8> base;  // no range below has more than 64 bits
  int bits;
};

// Only 2000::/3 is global unicast at all, so these are the exceptions inside it, and the NAT64 prefix outside.
constexpr Range6 kGlobal6{{0x20}, 3};
constexpr Range6 kNat64{{0x00, 0x64, 0xff, 0x9b}, 64};  // bytes 8 to 11 of 64:ff9b::/96 are checked as well
constexpr Range6 kSixToFour{{0x20, 0x02}, 16};
constexpr Range6 kSpecial6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},              // protocol assignments: Teredo, benchmarks, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},              // documentation
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},  // AS112
    {{0x3f, 0xff, 0x00}, 20},                    // documentation
};

bool in_range(const address_v6::bytes_type& bytes, const Range6& range) noexcept {
  const auto whole = static_cast<std::size_t>(range.bits / 8);
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole), range.base.begin())) return false;
  const int rest = range.bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xffU << (8 - rest));
  return (bytes[whole] & mask) == (range.base[whole] & mask);
}

address_v4 ipv4_at(const address_v6::bytes_type& bytes, std::size_t at) noexcept {
  return address_v4({bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

// RFC 5214: 0:5efe or 200:5efe, then the IPv4 address, behind any prefix.
bool is_isatap(const address_v6::bytes_type& bytes) noexcept {
  return (bytes[8] & ~0x02U) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
}

bool is_public(const address_v6& address) noexcept {
  const auto bytes = address.to_bytes();
  // These reach an IPv4 machine, so that machine's address decides.
  if (address.is_v4_mapped()) return is_public(ipv4_at(bytes, 12));
  const bool nat64 = in_range(bytes, kNat64) && bytes[8] == 0 && bytes[9] == 0 && bytes[10] == 0 && bytes[11] == 0;
  if (nat64) return is_public(ipv4_at(bytes, 12));
  if (is_isatap(bytes) && !is_public(ipv4_at(bytes, 12))) return false;
  if (in_range(bytes, kSixToFour)) return is_public(ipv4_at(bytes, 2));
  return in_range(bytes, kGlobal6) && std::none_of(std::begin(kSpecial6), std::end(kSpecial6),
                                                   [&](const Range6& range) { return in_range(bytes, range); });
}

// Above 1023, sorted.
constexpr unsigned short kOtherServices[] = {
    1080,  1194,  1433,  1434,  1521,  1719,  1720,  1723,  1883,  2049,  2181,  2375,  2376,  2379,  2380,
    2483,  2484,  3306,  3389,  3659,  4045,  4190,  4369,  5060,  5061,  5432,  5433,  5671,  5672,  5900,
    5984,  5985,  5986,  6000,  6379,  6380,  6432,  6443,  6566,  6665,  6666,  6667,  6668,  6669,  6679,
    6697,  7000,  7001,  7199,  7474,  7687,  8086,  8300,  8301,  8302,  8500,  8529,  8883,  9042,  9092,
    9093,  9160,  9200,  9300,  10080, 10250, 10255, 11211, 15672, 26257, 26379, 27017, 27018, 27019, 50000};

// As in a URL: an IPv6 address stands in brackets there.
std::string as_authority(const std::string& entry) {
  const bool is_bare_ipv6 = !entry.starts_with('[') && std::ranges::count(entry, ':') > 1;
  return is_bare_ipv6 ? '[' + entry + ']' : entry;
}

}  // namespace

bool is_web_port(unsigned short port) noexcept {
  if (port < 1024) return port == 80 || port == 443;
  return !std::ranges::binary_search(kOtherServices, port);
}

bool is_public_address(const boost::asio::ip::address& address) noexcept {
  return address.is_v4() ? is_public(address.to_v4()) : is_public(address.to_v6());
}

bool is_allowed_host(const std::vector<std::string>& allowed, const std::string& host, unsigned short port) {
  const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
  const std::string with_port = shown + ':' + std::to_string(port);
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& entry) {
    return equal_ignoring_case(entry, host) || equal_ignoring_case(entry, shown) ||
           equal_ignoring_case(entry, with_port);
  });
}

Result<void> check_allowed_hosts(const std::vector<std::string>& allowed) {
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const auto& entry = allowed[i];
    // What the entry says as a URL is what it would have to match.
    const auto url = parse_url("http://" + as_authority(entry));
    const bool is_host = entry.find_first_of("/?#") == std::string::npos;
    if (is_host && url && is_allowed_host({entry}, url->host, url->port)) continue;
    return Error{Errc::invalid_argument,
                 "http.allowedHosts[" + std::to_string(i) +
                     "]: expected a host name or an IP address, alone or with its port (files.example, 10.0.0.5:9000, "
                     "[::1]:9000), got " + in_quotes(entry) + ", which no URL can match"};
  }
  return {};
}

}  // namespace imagegen
