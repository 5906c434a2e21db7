// SPDX-License-Identifier: MIT
#include "endpoint/drop_sources.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using endpoint::DropSources;

namespace {

PeerAddress v4(std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port = 1) {
  return PeerAddress::v4({10, b, c, d}, port);
}

PeerAddress v6(std::uint16_t group, std::uint8_t last) {
  PeerAddress address;
  address.ip = {0x20,
                0x01,
                0x0d,
                0xb8,
                static_cast<std::uint8_t>(group >> 8),
                static_cast<std::uint8_t>(group)};
  address.ip[15] = last;
  return address;
}

std::string text_of(const std::vector<DropSource>& sources) {
  std::string text;
  for (const DropSource& source : sources) {
    text += source.network.to_string() + " " + std::to_string(source.drops) + ";";
  }
  return text;
}

}  // namespace

TEST_CASE("drops are counted by network, the busiest first, and from one look to the next") {
  DropSources sources;
  CHECK(sources.take().empty());
  sources.add(v4(1, 2, 3, 4));
  for (std::uint8_t host = 0; host < 3; ++host) sources.add(v6(0xabcd, host));
  sources.add(v4(1, 2, 200, 9));
  sources.add(v4(1, 3, 3, 4));
  CHECK(text_of(sources.take()) == "2001:db8:abcd::/48 3;10.1.2.0/24 2;10.1.3.0/24 1;");
  CHECK(sources.take().empty());
}

TEST_CASE("the networks of both families are kept apart, whatever their bytes") {
  DropSources sources;
  PeerAddress zeros;
  sources.add(zeros);
  sources.add(PeerAddress::v4({0, 0, 0, 0}, 0));
  sources.add(PeerAddress::v4({255, 255, 255, 255}, 0));
  zeros.ip.fill(0xff);
  sources.add(zeros);
  const std::string text = text_of(sources.take());
  for (const char* network :
       {"::/48 1;", "0.0.0.0/24 1;", "255.255.255.0/24 1;", "ffff:ffff:ffff::/48 1;"}) {
    CHECK(text.find(network) != std::string::npos);
  }
}

TEST_CASE("as many networks as there are counters are told exactly, one more costs each of them") {
  DropSources sources;
  for (std::uint8_t network = 0; network < DropSources::kCounters; ++network) {
    for (int i = 0; i <= network; ++i) sources.add(v4(0, network, 1));
  }
  sources.add(v4(9, 9, 9));
  const auto found = sources.take();
  REQUIRE(found.size() == DropSources::kCounters - 1);
  CHECK(found.front().drops == DropSources::kCounters - 1);
  CHECK(found.back().drops == 1);
}

TEST_CASE("who sends most is found among any number of forged sources") {
  DropSources sources;
  std::map<std::string, std::uint64_t> sent;
  // One in 16 is from one network, all others from networks of their own.
  for (std::uint32_t i = 0; i < 160'000; ++i) {
    sources.add(i % 16 == 0 ? v6(0xbad, 1)
                            : v4(static_cast<std::uint8_t>(i >> 16),
                                 static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)));
  }
  const auto found = sources.take();
  REQUIRE_FALSE(found.empty());
  const auto real = std::ranges::find_if(found, [](const DropSource& source) {
    return source.network.to_string() == "2001:db8:bad::/48";
  });
  REQUIRE(real != found.end());
  CHECK(real->drops > 0);
  CHECK(real->drops <= 10'000);
}

TEST_CASE("an endpoint tells whence what it dropped came, and forgets what it told") {
  LoneEndpoint server(server_config());
  CHECK(server->take_drop_sources().empty());
  for (int i = 0; i < 3; ++i) server.give(kClientAddress, Buffer(5));
  server.give(v6(1, 1), Buffer(1200));
  server.turn();
  CHECK(text_of(server->take_drop_sources()) == "198.51.100.0/24 3;2001:db8:1::/48 1;");
  CHECK(server->take_drop_sources().empty());
}
