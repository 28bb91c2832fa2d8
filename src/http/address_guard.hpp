#pragma once
#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

/// \file Which machines a URL out of somebody's answer may lead to.
namespace imagegen {

/// False for every address that is not plain, global unicast: loopback, private, link-local, shared, documentation,
/// benchmark, multicast, reserved, unspecified, and IPv6 forms that carry such an IPv4 address.
/// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890.
bool is_public_address(const boost::asio::ip::address& address) noexcept;

/// Whether `host` or "host:port" is in `allowed`, any case.
bool is_allowed_host(const std::vector<std::string>& allowed, const std::string& host, unsigned short port);

}  // namespace imagegen
