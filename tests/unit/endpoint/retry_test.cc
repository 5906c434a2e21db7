// SPDX-License-Identifier: MIT
//
// A server that wants to know where a hello really came from.
#include <catch2/catch.hpp>

#include "unit/endpoint/retry_helpers.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

TEST_CASE("a Retry is small, goes to the hello's ids and leaves nothing behind [RETRY-2]") {
  LoneEndpoint server(always());
  const CraftedHello hello;
  const SentList sent = server.exchange(kClientAddress, hello.datagram());
  cookie_of(sent, hello);
  CHECK(sent[0].to == kClientAddress);
  CHECK(sent[0].bytes.size() == 76);
  CHECK(server->record_count() == 0);
  CHECK(server->poll_timeout() == kNever);
  CHECK(server->stats().handshakes_started == 0);
  CHECK(count(server, Admission::kRetrySent) == 1);
}

TEST_CASE("a million bytes of hellos without proof leave no record [RETRY-11]") {
  LoneEndpoint server(always());
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    server.exchange(kClientAddress, CraftedHello(seed).datagram());
    server.now += 1ms;
    REQUIRE(server->record_count() == 0);
  }
  CHECK(count(server, Admission::kRetrySent) == 1000);
}

TEST_CASE("with the cookie comes the session, and the server says so [RETRY-12]") {
  LoneEndpoint server(always());
  CHECK(connects(server, 7, kClientAddress));
  CHECK(count(server, Admission::kCookieAccepted) == 1);
  LoneEndpoint trusting(server_config());
  CHECK(connects(trusting, 7, kClientAddress));
  CHECK(count(trusting, Admission::kRetrySent) == 0);
}

TEST_CASE("copies of a hello with a cookie get the same answer, expired or not [HS-9]") {
  LoneEndpoint server(always());
  const CraftedHello hello = cookied(server);
  const SentList flight = server.exchange(kClientAddress, hello.datagram());
  REQUIRE(is_flight(flight));
  server.now += 9s;
  const SentList again = server.exchange(kClientAddress, hello.datagram());
  REQUIRE(again.size() == 1);
  CHECK(again[0].bytes == flight[0].bytes);
  CHECK(count(server, Admission::kCookieAccepted) == 1);
  CHECK(count(server, Admission::kCookieReused) == 0);
}

TEST_CASE("a cookie that proves nothing counts as none [RETRY-7]") {
  LoneEndpoint server(always());
  CraftedHello hello = cookied(server);
  PeerAddress from = kClientAddress;
  Admission counted = Admission::kCookieInvalid;

  SECTION("from another port") { from = kOtherAddress; }
  SECTION("from another address") { from.ip[15]++; }
  SECTION("with another random") { hello.hello.random[31] ^= 1; }
  SECTION("with another id") { hello.hello.connection_id.bytes[0] ^= 1; }
  SECTION("with another code") {
    wire::AddressProof other;
    for (const std::uint8_t byte : *hello.hello.cookie) {
      other.push_back(other.size() == 21 ? byte ^ 1 : byte);
    }
    hello.hello.cookie = other;
  }
  SECTION("too late") {
    server.now += 11s;
    counted = Admission::kCookieExpired;
  }
  SECTION("made by somebody else") {
    LoneEndpoint other(always(), {}, 99);
    hello = cookied(other);
    counted = Admission::kCookieExpired;
  }
  const std::uint64_t before =
      count(server, Admission::kCookieInvalid) + count(server, Admission::kCookieExpired);
  CHECK(is_retry(server.exchange(from, hello.datagram())));
  CHECK(server->record_count() == 0);
  CHECK(count(server, Admission::kCookieInvalid) + count(server, Admission::kCookieExpired) ==
        before + 1);
  if (counted == Admission::kCookieInvalid) CHECK(count(server, counted) == before + 1);
}

TEST_CASE("a cookie leads to one handshake [RETRY-9]") {
  EndpointConfig quick;
  quick.handshake_timeout = 1s;
  LoneEndpoint forgetful(always(), quick);
  const CraftedHello other = cookied(forgetful);
  REQUIRE(is_flight(forgetful.exchange(kClientAddress, other.datagram())));
  forgetful.run_for(2s);
  REQUIRE(forgetful->record_count() == 0);
  CHECK(is_retry(forgetful.exchange(kClientAddress, other.datagram())));
  CHECK(count(forgetful, Admission::kCookieReused) == 1);
  CHECK(forgetful->record_count() == 0);
}

TEST_CASE("where no Retry is asked for, a bad cookie does no harm [RETRY-7]") {
  LoneEndpoint server(server_config());
  CraftedHello hello;
  hello.hello.cookie.emplace();
  for (int i = 0; i < 22; ++i) hello.hello.cookie->push_back('R');
  CHECK(is_flight(server.exchange(kClientAddress, hello.datagram())));
}

TEST_CASE("workers with one secret take each other's cookies [RETRY-8]") {
  SeededRandom random(5);
  ServerConfig config = always();
  config.hello_secret = HelloSecret::generate(random);
  LoneEndpoint one(config, {}, 1);
  LoneEndpoint two(config, {}, 2);
  const CraftedHello hello = cookied(one);
  CHECK(is_flight(two.exchange(kClientAddress, hello.datagram())));
}

TEST_CASE("Retry starts when half of the unproven half is taken, and ends 1 s after [RETRY-10]") {
  ServerConfig config = server_config();
  config.half_open_max = 16;
  LoneEndpoint server(config);
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    REQUIRE(is_flight(server.exchange(kClientAddress, CraftedHello(seed).datagram())));
  }
  CHECK(is_retry(server.exchange(kClientAddress, CraftedHello(4).datagram())));
  // Who proves itself gets in all the same, up to the other half.
  for (std::uint64_t seed = 10; seed < 18; ++seed) {
    const CraftedHello hello = cookied(server, seed);
    REQUIRE(is_flight(server.exchange(kClientAddress, hello.datagram())));
  }
  const CraftedHello one_more = cookied(server, 18);
  CHECK(server.exchange(kClientAddress, one_more.datagram()).empty());
  CHECK(server.drops(DropReason::kHalfOpenFull) == 1);
  server.run_to(kStart + 10s);
  CHECK(server->record_count() == 0);
  CHECK(is_flight(server.exchange(kClientAddress, CraftedHello(20).datagram())));
}

TEST_CASE("Retry goes on for 1 s after the pressure is gone [RETRY-10]") {
  ServerConfig config = server_config();
  config.half_open_max = 4;
  config.sessions_max = 100;
  LoneEndpoint server(config);
  RawClient client(kStart, server_trust(), {}, 8);
  REQUIRE(client.take_flight(server.exchange(kClientAddress, client.hello()).at(0).bytes));
  CHECK(is_retry(server.exchange(kOtherAddress, CraftedHello(1).datagram())));
  server.exchange(kClientAddress, client.finished());
  REQUIRE(server->session_count() == 1);
  // The session may have something to say of its own.
  const auto answer = [&](std::uint64_t seed) {
    SentList sent = server.exchange(kOtherAddress, CraftedHello(seed).datagram());
    std::erase_if(sent, [](const Sent& each) { return each.to != kOtherAddress; });
    return sent;
  };
  server.now = kStart + 1s - 1ns;
  CHECK(is_retry(answer(2)));
  server.now = kStart + 1s;
  CHECK(is_flight(answer(3)));
}

TEST_CASE("Retry starts when a hello was dropped, for a second [RETRY-10]") {
  LoneEndpoint server(server_config());
  for (std::uint64_t seed = 0; seed < 33; ++seed) {
    server.give(kClientAddress, CraftedHello(seed).datagram());
  }
  CHECK(server.drops(DropReason::kHalfOpenFull) == 1);
  server.turn();
  CHECK(is_retry(server.exchange(kOtherAddress, CraftedHello(50).datagram())));
  server.now += 1s;
  CHECK(is_flight(server.exchange(kOtherAddress, CraftedHello(51).datagram())));
}

TEST_CASE("a server may never ask [RETRY-10]") {
  ServerConfig config = server_config();
  config.half_open_max = 4;
  config.retry = RetryMode::kOff;
  LoneEndpoint server(config);
  CHECK(is_flight(server.exchange(kClientAddress, CraftedHello(1).datagram())));
  CHECK(is_flight(server.exchange(kClientAddress, CraftedHello(2).datagram())));
  CHECK(server.exchange(kClientAddress, CraftedHello(3).datagram()).empty());
  CHECK(count(server, Admission::kRetrySent) == 0);
}

TEST_CASE("a full server tells those who have proven themselves [HS-21]") {
  ServerConfig config = always();
  config.sessions_max = 1;
  LoneEndpoint server(config);
  REQUIRE(connects(server, 7, kClientAddress));
  CraftedHello hello = cookied(server, 9, kOtherAddress);
  for (int copy = 0; copy < 2; ++copy) {
    CHECK(is_flight(server.exchange(kOtherAddress, hello.datagram())));
  }
  CHECK(count(server, Admission::kServerFull) == 2);
  CHECK(server->stats().handshakes_failed == 0);
  CHECK(server->record_count() == 1);
}

TEST_CASE("a session that stands does not care about a Retry [RETRY-3]") {
  ServingRaw raw;
  REQUIRE(raw.established);
  Buffer retry(wire::kLongHeaderSize + 53);
  retry[0] = 0xf0;
  base::ByteWriter writer(retry);
  wire::write_long_header(writer, wire::PacketType::kRetry, raw.server.half_open().client_id,
                          ConnectionId{{7}}, 53);
  const auto before = raw.client->info(raw.session)->packets_received;
  CHECK(raw.client.exchange(kServerAddress, retry).empty());
  CHECK(raw.client->info(raw.session)->state == SessionState::kEstablished);
  CHECK(raw.client->info(raw.session)->packets_received == before);
}
