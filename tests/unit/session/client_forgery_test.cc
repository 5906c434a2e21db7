// SPDX-License-Identifier: MIT
//
// A client gets every wrong answer there is, and then the right one, which has to work.
#include <catch2/catch.hpp>
#include <functional>

#include "unit/session/flight_forge.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1000s};
using Outcome = ClientHandshake::Outcome;

/// A client in the middle of a handshake, and the server it is waiting for.
struct Waiting {
  FlightForge honest{5};
  RawClient client{kStart, honest.trust(), {}};
  Buffer hello = client.hello();

  Outcome give(Buffer datagram) { return client.handshake().handle_datagram(datagram); }
  /// A forger that is right in everything, the server's key included; `spoil` gets something wrong.
  Outcome give_spoilt(const std::function<void(FlightForge&)>& spoil) {
    FlightForge forge(5);
    spoil(forge);
    return give(forge.answer(hello));
  }
  bool still_works() { return client.take_flight(honest.answer(hello)); }
};

}  // namespace

TEST_CASE("an answer with anything wrong is ignored, and the right one works after it") {
  using F = FlightForge;
  const auto suite = [](std::uint16_t code) {
    return [code](F& forge) {
      forge.hello.cipher_suite = code;
      forge.sealed_with = CipherSuite::kAes256Gcm;
    };
  };
  const ConnectionId other{{9, 9, 9, 9, 9, 9, 9, 9}};
  const std::array<std::uint8_t, 32> low_order{};
  PublicKey weak{};
  weak[0] = 1;
  const std::pair<std::string_view, std::function<void(F&)>> cases[] = {
      {"unknown suite [HS-14]", suite(0x1301)},
      {"suite 0 [HS-14]", suite(0)},
      {"another group [HS-14]", [](F& f) { f.hello.group = 0x0017; }},
      {"psk without a ticket [RES-9]", [](F& f) { f.hello.psk = true; }},
      {"early data accepted [HS-14]", [](F& f) { f.params.early_accepted = true; }},
      {"wrong MAC [HS-15, KEY-6]", [](F& f) { f.break_mac = true; }},
      {"wrong signature [HS-15]", [](F& f) { f.break_signature = true; }},
      {"signed as a client [KEY-8]", [](F& f) { f.signer = Role::kClient; }},
      {"signed by another key [HS-15]", [](F& f) { f.identity = FlightForge(6).identity; }},
      {"a weak identity [KEY-10]",
       [&](F& f) {
         f.params.identity = weak;
         f.signature = crypto::Signature{1};  // R is the neutral point, s is 0
       }},
      {"a share of low order [KEY-2]", [&](F& f) { f.hello.public_key = low_order; }},
      {"sealed with the other suite [KEY-3]",
       [](F& f) { f.sealed_with = CipherSuite::kChaCha20Poly1305; }},
      {"another version in the header [PKT-8]", [](F& f) { f.header_version = 2; }},
      {"another version in the hello [PKT-8]", [](F& f) { f.hello.version = 2; }},
      {"Initial from another id [PKT-8]", [&](F& f) { f.initial_source = other; }},
      {"Initial to another id [HS-13]", [&](F& f) { f.initial_destination = other; }},
      {"Handshake from another id [PKT-8]", [&](F& f) { f.handshake_source = other; }},
      {"Handshake to another id [HS-13]", [&](F& f) { f.handshake_destination = other; }},
      {"number 1 [HS-13]", [](F& f) { f.number = 1; }},
      {"number 2^32 [HS-13]", [](F& f) { f.number = std::uint64_t{1} << 32; }},
      {"nothing in it [HS-1]", [](F& f) { f.order = {}; }},
      {"ServerParams alone [HS-1]", [](F& f) { f.order = {0}; }},
      {"no ServerVerify [HS-1]", [](F& f) { f.order = {0, 2}; }},
      {"no ServerFinished [HS-1]", [](F& f) { f.order = {0, 1}; }},
      {"no ServerParams [HS-1]", [](F& f) { f.order = {1, 2}; }},
      {"swapped [HS-1]", [](F& f) { f.order = {1, 0, 2}; }},
      {"swapped at the end [HS-1]", [](F& f) { f.order = {0, 2, 1}; }},
      {"ServerParams twice [HS-1]", [](F& f) { f.order = {0, 0, 1, 2}; }},
      {"ServerFinished twice [HS-1]", [](F& f) { f.order = {0, 1, 2, 2}; }},
      {"a byte too many [HS-1]", [](F& f) { f.trailer = {0}; }},
      {"a byte behind ServerHello [HS-1]", [](F& f) { f.hello_trailer = {0}; }},
      {"the client's messages [HS-1]",
       [](F& f) { f.instead = message(wire::MessageType::kClientFinished, Buffer(32)); }},
      {"Close and more [HS-1]",
       [](F& f) {
         f.instead = message(wire::MessageType::kClose, Buffer{0, 0, 0, 0, 0, 0});
         f.trailer = f.instead;
       }},
      {"parameters out of range [ENC-4]", [](F& f) { f.params.params.max_streams = 0; }},
  };
  Waiting waiting;
  for (const auto& [name, spoil] : cases) {
    INFO(name);
    CHECK(waiting.give_spoilt(spoil) == Outcome::kIgnored);
  }
  CHECK_FALSE(waiting.client.handshake().server_identity());
  CHECK(waiting.client.handshake().deadline() != kNever);
  CHECK(waiting.still_works());
}

TEST_CASE("a forger without a mistake is only stopped by its identity") {
  Waiting waiting;
  CHECK(waiting.give_spoilt([](FlightForge&) {}) == Outcome::kEstablished);
  Waiting other;
  CHECK(other.give(FlightForge(6).answer(other.hello)) == Outcome::kFailed);
}

TEST_CASE("every bit of the answer matters, and none of them spoils the handshake [HS-13]") {
  Waiting waiting;
  const Buffer flight = waiting.honest.answer(waiting.hello);
  // All but the reserved bits of the Initial packet, which nothing protects and nobody reads.
  for (std::size_t bit = 4; bit < flight.size() * 8; ++bit) {
    Buffer flipped = flight;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    INFO("bit " << bit);
    REQUIRE(waiting.give(flipped) == Outcome::kIgnored);
  }
  CHECK(waiting.client.take_flight(flight));
}

TEST_CASE("an answer cut off anywhere is ignored") {
  Waiting waiting;
  const Buffer flight = waiting.honest.answer(waiting.hello);
  for (std::size_t size = 0; size < flight.size(); ++size) {
    REQUIRE(waiting.give(Buffer(flight.begin(), flight.begin() + static_cast<long>(size))) ==
            Outcome::kIgnored);
  }
  CHECK(waiting.client.take_flight(flight));
}

TEST_CASE("the halves of the answer alone, or in the other order, are no answer [HS-13]") {
  Waiting waiting;
  const Buffer flight = waiting.honest.answer(waiting.hello);
  Buffer copy = flight;
  MutableBytes rest = copy;
  bool malformed = false;
  const auto initial = wire::next_packet(rest, malformed);
  REQUIRE(initial);
  const Buffer first(initial->bytes.begin(), initial->bytes.end());
  const Buffer second(rest.begin(), rest.end());
  CHECK(waiting.give(first) == Outcome::kIgnored);
  CHECK(waiting.give(second) == Outcome::kIgnored);
  CHECK(waiting.give(joined(second, first)) == Outcome::kIgnored);
  CHECK(waiting.give(joined(first, flight)) == Outcome::kIgnored);
  CHECK(waiting.give(joined(first, second)) == Outcome::kEstablished);
}

TEST_CASE("a thousand forged answers first change nothing") {
  Waiting waiting;
  SeededRandom random(99);
  for (std::uint64_t seed = 1000; seed < 2000; ++seed) {
    FlightForge stranger(seed);
    if (seed % 2 == 0) stranger.params.identity = waiting.honest.identity.public_key();
    if (seed % 2 == 1) stranger.break_mac = true;
    REQUIRE(waiting.give(stranger.answer(waiting.hello)) == Outcome::kIgnored);
  }
  CHECK(waiting.still_works());
}

TEST_CASE("a flight for one client is no flight for another") {
  FlightForge forge;
  RawClient first(kStart, forge.trust(), {}, 1);
  RawClient second(kStart, forge.trust(), {}, 2);
  const Buffer flight = forge.answer(first.hello());
  CHECK_FALSE(second.take_flight(flight));
  CHECK(first.take_flight(flight));
}
