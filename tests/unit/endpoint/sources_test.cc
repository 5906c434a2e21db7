// SPDX-License-Identifier: MIT
//
// What one source may have of a server, and that nobody pays for what others pretend.
#include "endpoint/sources.h"

#include <deque>

#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;
using endpoint::Sources;

namespace {

PeerAddress v4(std::uint32_t number) {
  return PeerAddress::v4(
      {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
       static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)},
      4000);
}

PeerAddress v6(std::uint8_t seventh, std::uint8_t eighth) {
  PeerAddress address;
  address.ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, seventh, eighth};
  address.port = 4000;
  return address;
}

ServerConfig limited(RetryMode retry = RetryMode::kAuto) {
  ServerConfig config = server_config();
  config.retry = retry;
  config.handshake_rate_per_source = 2;
  config.handshake_burst_per_source = 4;
  return config;
}

std::size_t handshakes(Sources& sources, Instant now, const PeerAddress& address) {
  std::size_t taken = 0;
  while (taken < 1000 && sources.take_handshake(now, address)) ++taken;
  return taken;
}

}  // namespace

TEST_CASE("a source is an IPv4 address or the /64 of an IPv6 address, of any port") {
  PeerAddress other_port = v4(0x0a000001);
  other_port.port = 9;
  CHECK(endpoint::source_of(v4(0x0a000001)) == endpoint::source_of(other_port));
  CHECK(endpoint::source_of(v4(0x0a000001)) != endpoint::source_of(v4(0x0a000002)));
  CHECK(endpoint::source_of(v6(1, 1)) == endpoint::source_of(v6(1, 2)));
  CHECK(endpoint::source_of(v6(1, 1)) != endpoint::source_of(v6(2, 1)));
}

TEST_CASE("a source has its burst, then its rate") {
  Sources sources(limited(), {});
  CHECK(handshakes(sources, kStart, v4(1)) == 4);
  CHECK_FALSE(sources.has_handshake(kStart, v4(1)));
  CHECK(sources.has_handshake(kStart, v4(2)));
  CHECK(handshakes(sources, kStart + 499ms, v4(1)) == 0);
  CHECK(handshakes(sources, kStart + 500ms, v4(1)) == 1);
  CHECK(handshakes(sources, kStart + 1h, v4(1)) == 4);
  CHECK(handshakes(sources, kStart, v6(1, 1)) == 4);
  CHECK(handshakes(sources, kStart, v6(1, 200)) == 0);
  CHECK(handshakes(sources, kStart, v6(2, 1)) == 4);
}

TEST_CASE("the loopback is exempt unless it is said otherwise, and a rate can be off") {
  ServerConfig config = limited();
  Sources friendly(config, {});
  CHECK(handshakes(friendly, kStart, v4(0x7f000001)) == 1000);
  config.exempt = {};
  Sources strict(config, {});
  CHECK(handshakes(strict, kStart, v4(0x7f000001)) == 4);
  config.handshake_rate_per_source = 0;
  Sources open(config, {});
  CHECK(handshakes(open, kStart, v4(1)) == 1000);
}

TEST_CASE("the table is of one size, and who is at the limit is the last to be forgotten") {
  Sources sources(limited(), {});
  CHECK(handshakes(sources, kStart, v4(1)) == 4);
  // As many others as there are places, each with one handshake.
  for (std::uint32_t other = 2; other < 2 + Sources::kBuckets; ++other) {
    sources.take_handshake(kStart, v4(other));
  }
  CHECK_FALSE(sources.has_handshake(kStart, v4(1)));
  // To be asked about pushes nobody out.
  for (std::uint32_t other = 0; other < 100000; ++other) sources.has_handshake(kStart, v4(other));
  CHECK_FALSE(sources.has_handshake(kStart, v4(1)));
}

TEST_CASE("sessions of a source are counted up and down") {
  ServerConfig config = limited();
  config.sessions_max_per_source = 2;
  Sources sources(config, {});
  const auto one = sources.add_session(v6(1, 1));
  CHECK_FALSE(sources.is_full(v6(1, 7)));
  const auto two = sources.add_session(v6(1, 2));
  CHECK(one == two);
  CHECK(sources.is_full(v6(1, 7)));
  CHECK_FALSE(sources.is_full(v6(2, 7)));
  sources.remove_session(one);
  CHECK_FALSE(sources.is_full(v6(1, 7)));
  sources.remove_session(two);
  CHECK(sources.sources_with_sessions() == 0);
  for (int i = 0; i < 5; ++i) sources.add_session(v4(0x7f000001));
  CHECK_FALSE(sources.is_full(v4(0x7f000001)));
}

TEST_CASE("a proven source above its rate is not answered, others are [RETRY-19]") {
  LoneEndpoint server(limited(RetryMode::kAlways));
  for (std::uint64_t seed = 0; seed < 4; ++seed) CHECK(connects(server, seed, kClientAddress));
  const CraftedHello hello = cookied(server, 5);
  CHECK(server.exchange(kClientAddress, hello.datagram()).empty());
  CHECK(count(server, Admission::kSourceRate) == 1);
  PeerAddress neighbour = kClientAddress;
  neighbour.ip[15]++;
  CHECK(connects(server, 6, neighbour));
  server.run_for(1s);
  CHECK(connects(server, 7, kClientAddress));
}

TEST_CASE("hellos that prove nothing cost their source nothing [RETRY-19]") {
  LoneEndpoint server(limited(RetryMode::kAlways));
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CHECK(is_retry(server.exchange(kClientAddress, CraftedHello(seed).datagram())));
  }
  CHECK(connects(server, 1000, kClientAddress));
  CHECK(count(server, Admission::kSourceRate) == 0);
}

TEST_CASE("who used up the share of a source has to prove to be that source [RETRY-19]") {
  LoneEndpoint server(limited());
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    CHECK(is_flight(server.exchange(kOtherAddress, CraftedHello(seed + 50).datagram())));
    CHECK(connects(server, seed, kClientAddress));
  }
  CHECK(is_retry(server.exchange(kClientAddress, CraftedHello(60).datagram())));
  PeerAddress neighbour = kClientAddress;
  neighbour.ip[15]++;
  CHECK(is_flight(server.exchange(neighbour, CraftedHello(61).datagram())));
}

TEST_CASE("handshakes that overtake the limit are told at their end [RETRY-19]") {
  LoneEndpoint server(limited(RetryMode::kOff));
  std::deque<RawClient> clients;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    clients.emplace_back(kStart, server_trust(), std::nullopt, seed);
    const SentList flight = server.exchange(kClientAddress, clients.back().hello());
    REQUIRE(clients.back().take_flight(flight.at(0).bytes));
  }
  for (RawClient& client : clients) {
    const SentList sent = server.exchange(kClientAddress, client.finished());
    REQUIRE_FALSE(sent.empty());
    CHECK(leads_with_handshake(sent[0]) == (&client == &clients.back()));
  }
  CHECK(server->session_count() == 4);
  CHECK(count(server, Admission::kSourceRate) == 1);
  CHECK(server->stats().handshakes_failed == 0);
}

TEST_CASE("a source with all its sessions is told so, and may come back when one ends [HS-21]") {
  ServerConfig config = server_config();
  config.sessions_max_per_source = 1;
  for (const bool proven : {false, true}) {
    INFO(proven);
    config.retry = proven ? RetryMode::kAlways : RetryMode::kOff;
    LoneEndpoint server(config);
    REQUIRE(connects(server, 1, kClientAddress));
    CHECK_FALSE(connects(server, 2, kOtherAddress));
    CHECK(count(server, Admission::kSourceFull) == 1);
    CHECK(count(server, Admission::kServerFull) == 0);
    PeerAddress neighbour = kClientAddress;
    neighbour.ip[15]++;
    CHECK(connects(server, 3, neighbour));
    server.run_for(60s);
    REQUIRE(server->session_count() == 0);
    CHECK(connects(server, 4, kOtherAddress));
  }
}

TEST_CASE("answers to strangers have a budget [RETRY-20]") {
  LoneEndpoint server(server_config());
  Buffer unknown_version(1200);
  base::ByteWriter writer(unknown_version);
  wire::write_long_header(writer, wire::PacketType::kInitial, {}, {}, 0, 2);
  std::size_t answered = 0;
  for (int i = 0; i < 300; ++i) answered += server.exchange(kClientAddress, unknown_version).size();
  CHECK(answered == 100);
  CHECK(server.drops(DropReason::kReplyBudget) == 200);
  server.now += 1s;
  for (int i = 0; i < 300; ++i) answered += server.exchange(kClientAddress, unknown_version).size();
  CHECK(answered == 200);

  LoneEndpoint asking(always());
  std::size_t retries = 0;
  for (std::uint64_t seed = 0; seed < 10100; ++seed) {
    CraftedHello hello(1);
    hello.hello.random[0] = static_cast<std::uint8_t>(seed);
    retries += asking.exchange(kClientAddress, hello.datagram()).size();
  }
  CHECK(retries == 10000);
}

TEST_CASE("a /64 of IPv6 is one source, whichever of its addresses proves itself [RETRY-19]") {
  ServerConfig config = limited(RetryMode::kAlways);
  config.sessions_max_per_source = 6;
  LoneEndpoint server(config);
  const auto host = [](std::uint8_t network, std::uint8_t number) {
    PeerAddress address = v6(network, 1);
    address.ip[15] = number;
    return address;
  };
  for (std::uint8_t i = 0; i < 4; ++i) CHECK(connects(server, i, host(1, i)));
  CHECK_FALSE(connects(server, 4, host(1, 4)));
  CHECK(count(server, Admission::kSourceRate) == 1);
  PeerAddress next_network = host(1, 4);
  next_network.ip[6] = 1;
  CHECK(connects(server, 5, next_network));
  server.run_for(2s);
  CHECK(connects(server, 6, host(1, 5)));
  CHECK(connects(server, 7, host(1, 6)));
  CHECK_FALSE(connects(server, 8, host(1, 7)));
  CHECK(count(server, Admission::kSourceFull) == 1);
}
