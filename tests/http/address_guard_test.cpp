#include "http/address_guard.hpp"

#include <gtest/gtest.h>

namespace imagegen {
namespace {

bool is_public(const char* text) {
  return is_public_address(boost::asio::ip::make_address(text));
}

class Special : public testing::TestWithParam<const char*> {};
TEST_P(Special, IsNotPublic) {
  EXPECT_FALSE(is_public(GetParam()));
}

// The first and last address of each range.
INSTANTIATE_TEST_SUITE_P(IPv4, Special,
                         testing::Values("0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0",
                                         "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0",
                                         "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
                                         "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.31.196.1",
                                         "192.52.193.1", "192.88.99.1", "192.168.0.0", "192.168.255.255",
                                         "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.0",
                                         "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
                                         "239.255.255.255", "240.0.0.0", "255.255.255.255"));

INSTANTIATE_TEST_SUITE_P(IPv6, Special,
                         testing::Values("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
                                         "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
                                         "64:ff9b:0:0:1::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1",
                                         "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::1",
                                         "2001:db8:ffff:ffff::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1",
                                         "2002:c0a8:101::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "fc00::1",
                                         "fd00::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
                                         "5f00::1", "4000::1", "::ffff:0:1.2.3.4", "2606:4700::5efe:10.0.0.1",
                                         "2606:4700::200:5efe:169.254.169.254", "2002:808:808::5efe:127.0.0.1",
                                         "fe80::5efe:8.8.8.8"));

class Ordinary : public testing::TestWithParam<const char*> {};
TEST_P(Ordinary, IsPublic) {
  EXPECT_TRUE(is_public(GetParam()));
}

// Neighbours of the ranges, among others.
INSTANTIATE_TEST_SUITE_P(Neighbours, Ordinary,
                         testing::Values("1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
                                         "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
                                         "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
                                         "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
                                         "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
                                         "223.255.255.255", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1",
                                         "2606:4700::1111", "2a00:1450:4001::1", "3ffe:ffff::1", "::ffff:8.8.8.8",
                                         "64:ff9b::808:808", "2002:808:808::1", "2606:4700::5efe:8.8.8.8",
                                         "2606:4700::200:5efe:8.8.8.8", "2606:4700::100:5efe:10.0.0.1"));

TEST(AllowedHost, IsGivenWithOrWithoutPort) {
  const std::vector<std::string> allowed = {"Files.Local", "10.0.0.5:9000", "::1"};
  EXPECT_TRUE(is_allowed_host(allowed, "files.local", 443));
  EXPECT_TRUE(is_allowed_host(allowed, "10.0.0.5", 9000));
  EXPECT_FALSE(is_allowed_host(allowed, "10.0.0.5", 9001));
  EXPECT_TRUE(is_allowed_host(allowed, "::1", 80));
  EXPECT_FALSE(is_allowed_host(allowed, "x.files.local", 443));
  EXPECT_FALSE(is_allowed_host({}, "files.local", 443));
}

TEST(AllowedHost, AnIPv6AddressWithPortHasBrackets) {
  EXPECT_TRUE(is_allowed_host({"[::1]:9000"}, "::1", 9000));
  EXPECT_FALSE(is_allowed_host({"[::1]:9000"}, "::1", 9001));
}

TEST(AllowedHost, WhatNoUrlCanMatchIsRefused) {
  for (const auto* entry : {"", " ", "https://files.local", "files.local/", "files.local:443/a", "files.local?", " files.local",
                            "files.local ", "*.files.local", "files.local.", "files.local:", "files.local:0", "files.local:080",
                            "files.local:65536", "user@files.local", "010.0.0.1", "10.1", "0x7f.1", "[::0001]", "::0001", "[::1",
                            "[fe80::1%1]", "[::1]x", "a,b", "f\xC3\xBC.local"})
    EXPECT_FALSE(check_allowed_hosts({"good.example", entry})) << entry;
  EXPECT_EQ(check_allowed_hosts({"good.example", "a b\n"}).error().message,
            "http.allowedHosts[1]: expected a host name or an IP address, alone or with its port (files.example, "
            "10.0.0.5:9000, [::1]:9000), got \"a b\\n\", which no URL can match");
}

TEST(AllowedHost, WhatAUrlCanMatchIsTaken) {
  EXPECT_TRUE(check_allowed_hosts({"Files.Local", "files_1.local:80", "localhost", "10.0.0.5", "10.0.0.5:9000", "::1",
                                   "[::1]", "[::1]:9000", "fe80::1", "a.b:443"}));
}

TEST(WebPort, IsAnyOnWhichNoOtherServiceListens) {
  for (const unsigned short port : {80, 443, 1024, 3000, 8000, 8080, 8443, 9000, 9001, 40000, 65535})
    EXPECT_TRUE(is_web_port(port)) << port;
  for (const unsigned short port : {1, 21, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 993, 2375, 2379, 3306, 5432, 5672,
                                    5900, 6000, 6379, 6667, 9042, 9092, 9200, 10250, 11211, 27017})
    EXPECT_FALSE(is_web_port(port)) << port;
}

}  // namespace
}  // namespace imagegen
