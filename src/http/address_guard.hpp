#pragma once
#include <imagegen/core/result.hpp>

#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

/// \file Which machines a URL out of somebody's answer may lead to.
namespace imagegen {

/// False for every address that is not plain, global unicast: loopback, private, link-local, shared, documentation,
/// benchmark, multicast, reserved, unspecified, and IPv6 forms that carry such an IPv4 address
/// (mapped, NAT64, 6to4, ISATAP).
/// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890; RFC 5214, section 6.1.
bool is_public_address(const boost::asio::ip::address& address) noexcept;

/// Whether web servers may be behind a port. Below 1024 only 80 and 443; above, all but those on which databases, caches,
/// mail, consoles and the like listen, which may take an HTTP request for commands.
/// Source: WHATWG Fetch, "port blocking", and the default ports of common servers.
bool is_web_port(unsigned short port) noexcept;

/// Whether `host` or "host:port" is in `allowed`, any case.
bool is_allowed_host(const std::vector<std::string>& allowed, const std::string& host, unsigned short port);

/// Errc::invalid_argument for an entry that is_allowed_host() can never find: one with a scheme, a path, a blank, a
/// wildcard, another spelling of an address.
Result<void> check_allowed_hosts(const std::vector<std::string>& allowed);

}  // namespace imagegen
