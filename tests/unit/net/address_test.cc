// SPDX-License-Identifier: MIT
#include "jetstream/address.h"

#include <catch2/catch.hpp>

#include "net/sockaddr.h"

using namespace jetstream;

TEST_CASE("Numeric endpoints are read and written the same way") {
  for (const char* text : {"127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:8080",
                           "[::]:0", "[2001:db8::7]:40000", "[fe80::1%7]:9"}) {
    auto address = parse_endpoint(text);
    REQUIRE(address);
    CHECK(address->to_string() == text);
  }
}

TEST_CASE("IPv4 is IPv4 however it is written") {
  auto plain = parse_endpoint("192.0.2.7:80");
  auto mapped = parse_endpoint("[::ffff:192.0.2.7]:80");
  REQUIRE(plain);
  REQUIRE(mapped);
  CHECK(*plain == *mapped);
  CHECK(mapped->is_v4());
}

TEST_CASE("The scope of a link-local address may be an interface's name") {
  auto address = parse_endpoint("[fe80::1%lo]:9");
  REQUIRE(address);
  CHECK(address->scope == 1);
  CHECK_FALSE(parse_endpoint("[fe80::1%no-such-interface]:9"));
}

TEST_CASE("What is no endpoint is refused by name") {
  for (const char* text : {"",
                           ":",
                           ":80",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1: 80",
                           "127.0.0.1:80x",
                           "127.0.0.256:80",
                           "127.0.0:80",
                           "::1:8080",
                           "[::1]",
                           "[::1]8080",
                           "[::1:8080",
                           "::1]:8080",
                           "[]:80",
                           "[::g]:80",
                           "[127.0.0.1]:80",
                           "localhost:80",
                           "[fe80::1%]:80"}) {
    INFO(text);
    auto address = parse_endpoint(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().code == LocalCode::kInvalidArgument);
    CHECK(address.error().message.find("\"" + std::string(text) + "\"") != std::string::npos);
  }
}

TEST_CASE("A name with a port is cut in two") {
  auto name = parse_host_port("example.org:8080");
  REQUIRE(name);
  CHECK(name->host == "example.org");
  CHECK(name->port == 8080);
  auto v6 = parse_host_port("[::1]:1");
  REQUIRE(v6);
  CHECK(v6->host == "::1");
  CHECK_FALSE(parse_host_port("example.org"));
  CHECK_FALSE(parse_host_port("example.org:http"));
  CHECK_FALSE(parse_host_port("::1:1"));
}

TEST_CASE("Addresses survive the way through the system's form") {
  for (const char* text : {"127.0.0.1:8080", "[::1]:8080", "[fe80::1%7]:9"}) {
    auto address = parse_endpoint(text);
    REQUIRE(address);
    net::SocketAddress system;
    CHECK(net::to_sockaddr(*address, AF_INET6, system) == sizeof(sockaddr_in6));
    CHECK(net::from_sockaddr(system) == *address);
    if (!address->is_v4()) continue;
    CHECK(net::to_sockaddr(*address, AF_INET, system) == sizeof(sockaddr_in));
    CHECK(net::from_sockaddr(system) == *address);
  }
}

TEST_CASE("An IPv6 address on an IPv4 socket leads nowhere") {
  net::SocketAddress system;
  net::to_sockaddr(*parse_endpoint("[2001:db8::7f00:1]:80"), AF_INET, system);
  CHECK(net::from_sockaddr(system).to_string() == "255.255.255.255:80");
}
