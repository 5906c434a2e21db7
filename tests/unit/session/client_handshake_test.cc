// SPDX-License-Identifier: MIT
//
// The client's handshake with a server that is honest, silent or full.
#include <catch2/catch.hpp>
#include <set>

#include "session/close.h"
#include "unit/session/flight_forge.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1000s};
using Outcome = ClientHandshake::Outcome;

wire::ClientHello parse_hello(Buffer datagram, wire::PacketView* header = nullptr) {
  MutableBytes rest = datagram;
  bool malformed = false;
  const auto packet = wire::next_packet(rest, malformed);
  REQUIRE(packet);
  REQUIRE(packet->type == wire::PacketType::kInitial);
  if (header != nullptr) *header = *packet;
  base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
  const auto hello = wire::next_message(reader);
  REQUIRE(hello);
  REQUIRE(hello->type == wire::MessageType::kClientHello);
  CHECK(reader.empty());
  CHECK(std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; }));
  return *wire::parse_client_hello(hello->body);
}

/// Advances `client` deadline by deadline and returns when, after the first time, the hello was
/// due.
std::vector<Duration> resends(RawClient& client, Outcome& last) {
  std::vector<Duration> times;
  client.hello();
  while (client.handshake().deadline() != kNever) {
    const Instant deadline = client.handshake().deadline();
    CHECK(client.handshake().handle_timeout(deadline - 1ns) == Outcome::kIgnored);
    CHECK_FALSE(client.handshake().hello_due());
    last = client.handshake().handle_timeout(deadline);
    if (client.handshake().hello_due()) {
      times.push_back(deadline - kStart);
      client.hello();
    }
  }
  return times;
}

/// The messages in the client's Handshake packet.
Buffer open_finished(FlightForge& forge, Bytes packet) {
  Buffer copy(packet.begin(), packet.end());
  const auto messages = open_handshake_packet(forge.cipher, forge.client_keys, kFlightNumber, copy);
  REQUIRE(messages);
  return {messages->begin(), messages->end()};
}

}  // namespace

TEST_CASE("the hello fills 1 200 bytes with zeros outside its packet [PKT-20, PKT-1]") {
  RawClient client(kStart, Trust::insecure_accept_any(), {});
  const Buffer datagram = client.hello();
  CHECK(datagram.size() == 1200);
  CHECK(datagram[0] == 0xc0);
  wire::PacketView header;
  const wire::ClientHello hello = parse_hello(datagram, &header);
  CHECK(header.version == 1);
  CHECK(hello.version == 1);
  CHECK(header.source == hello.connection_id);
  CHECK(hello.groups.size() == 1);
  CHECK(hello.groups[0] == 0x001d);
}

TEST_CASE("every attempt has fresh keys, random and ids [HS-2]") {
  std::set<std::array<std::uint8_t, 32>> randoms, shares;
  std::set<ConnectionId> ids, destinations;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    RawClient client(kStart, Trust::insecure_accept_any(), {}, seed);
    wire::PacketView header;
    const wire::ClientHello hello = parse_hello(client.hello(), &header);
    randoms.insert(hello.random);
    shares.insert(hello.public_key);
    ids.insert(hello.connection_id);
    destinations.insert(header.destination);
  }
  CHECK(randoms.size() == 50);
  CHECK(shares.size() == 50);
  CHECK(ids.size() == 50);
  CHECK(destinations.size() == 50);
}

TEST_CASE("the CPU decides which suite stands first, an unknown one stands last [HS-5]") {
  for (const bool prefer_aes : {true, false}) {
    RawClient client(kStart, Trust::insecure_accept_any(), {}, 1, prefer_aes);
    const auto suites = parse_hello(client.hello()).cipher_suites;
    REQUIRE(suites.size() == 3);
    CHECK(suites[0] == (prefer_aes ? 0x1302 : 0x1303));
    CHECK(suites[1] == (prefer_aes ? 0x1303 : 0x1302));
    CHECK((suites[2] & 0x0f0f) == 0x0a0a);
  }
}

TEST_CASE("hello copies go out at 0.3, 0.9, 2.1 and 4.5 s, off by a tenth at most [HS-3]") {
  constexpr std::array<Duration, 4> kPlan = {300ms, 900ms, 2100ms, 4500ms};
  std::set<Duration> first_offsets;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RawClient client(kStart, Trust::insecure_accept_any(), {}, seed);
    Outcome last = Outcome::kIgnored;
    const auto times = resends(client, last);
    REQUIRE(times.size() == kPlan.size());
    for (std::size_t i = 0; i < kPlan.size(); ++i) {
      REQUIRE(times[i] >= kPlan[i] * 9 / 10);
      REQUIRE(times[i] <= kPlan[i] * 11 / 10);
    }
    first_offsets.insert(times[0]);
    CHECK(last == Outcome::kFailed);
  }
  CHECK(first_offsets.size() > 50);
  CHECK(*first_offsets.begin() < 280ms);
  CHECK(*first_offsets.rbegin() > 320ms);
}

TEST_CASE("copies of the hello are the same bytes [HS-3]") {
  RawClient client(kStart, Trust::insecure_accept_any(), {});
  const Buffer first = client.hello();
  CHECK_FALSE(client.handshake().hello_repeated());
  for (int copy = 0; copy < 4; ++copy) {
    client.handshake().handle_timeout(client.handshake().deadline());
    REQUIRE(client.handshake().hello_due());
    CHECK(client.hello() == first);
    CHECK(client.handshake().hello_repeated());
  }
}

TEST_CASE("the client gives up 10 s after its first hello and says so [HS-4]") {
  RawClient client(kStart, Trust::insecure_accept_any(), {});
  for (int copy = 0; copy < 4; ++copy) {
    client.handshake().handle_timeout(client.handshake().deadline());
  }
  CHECK(client.handshake().deadline() == kStart + 10s);
  CHECK(client.handshake().handle_timeout(kStart + 10s - 1ns) == Outcome::kIgnored);
  CHECK(client.handshake().handle_timeout(kStart + 10s) == Outcome::kFailed);
  CHECK(client.handshake().failure().reason == CloseReason::kTimeout);
  CHECK(client.handshake().failure().local == LocalCode::kHandshakeTimeout);
  CHECK(client.handshake().failure_packet().empty());
  CHECK(client.handshake().deadline() == kNever);
}

TEST_CASE("the right flight establishes the session with both suites [KEY-3, KEY-4, KEY-7]") {
  for (const CipherSuite suite : {CipherSuite::kAes256Gcm, CipherSuite::kChaCha20Poly1305}) {
    FlightForge forge;
    forge.hello.cipher_suite = static_cast<std::uint16_t>(suite);
    RawClient client(kStart, forge.trust(), {});
    REQUIRE(client.take_flight(forge.answer(client.hello())));
    const Established& established = client.handshake().established();
    CHECK(established.suite == suite);
    CHECK(established.peer_id == forge.hello.connection_id);
    CHECK(established.session_id == SessionId(9));
    CHECK(established.peer_identity == forge.identity.public_key());
    CHECK(established.peer_params == forge.params.params);
    CHECK(client.handshake().deadline() == kNever);
    CHECK_FALSE(client.handshake().hello_due());

    const auto mac = crypto::finished_mac(forge.client_traffic, forge.transcript.digest());
    CHECK(open_finished(forge, client.finished()) ==
          message(wire::MessageType::kClientFinished, mac));
    const auto keys = application_keys(suite, forge.master, Role::kClient,
                                       forge.transcript.digest(), forge.cipher.next_serial());
    CHECK(to_hex(keys.key.view()) == to_hex(established.send_keys.key.view()));
    CHECK(to_hex(keys.key.view()) != to_hex(established.receive_keys.key.view()));
  }
}

TEST_CASE("ClientVerify is sent if it is asked for and there is an identity [HS-18, KEY-8]") {
  SeededRandom random(3);
  const Identity me = Identity::generate(random);
  FlightForge forge;
  forge.params.client_auth = true;
  RawClient client(kStart, forge.trust(), me);
  REQUIRE(client.take_flight(forge.answer(client.hello())));
  const Buffer messages = open_finished(forge, client.finished());
  base::ByteReader reader(messages);
  const auto verify = wire::next_message(reader);
  REQUIRE(verify);
  REQUIRE(verify->type == wire::MessageType::kClientVerify);
  const auto parsed = wire::parse_client_verify(verify->body);
  REQUIRE(parsed);
  CHECK(parsed->identity == me.public_key());
  CHECK(crypto::verify_transcript(me.public_key(), Role::kClient, forge.transcript.digest(),
                                  parsed->signature));
  forge.transcript.add(verify->frame);
  CHECK(Buffer(reader.rest().begin(), reader.rest().end()) ==
        message(wire::MessageType::kClientFinished,
                crypto::finished_mac(forge.client_traffic, forge.transcript.digest())));

  SECTION("not asked for, it is not sent") {
    FlightForge open_to_all;
    RawClient other(kStart, open_to_all.trust(), me);
    REQUIRE(other.take_flight(open_to_all.answer(other.hello())));
    CHECK(open_finished(open_to_all, other.finished())[0] == 21);
  }
  SECTION("asked for without an identity, the attempt ends and the server is told") {
    FlightForge strict;
    strict.params.client_auth = true;
    RawClient nobody(kStart, strict.trust(), {});
    Buffer flight = strict.answer(nobody.hello());
    CHECK(nobody.handshake().handle_datagram(flight) == Outcome::kFailed);
    CHECK(nobody.handshake().failure().code == TransportCode::kClientIdentityRequired);
    const Buffer told = open_finished(strict, nobody.handshake().failure_packet());
    CHECK(told[0] == 24);
  }
}

TEST_CASE("a server that is not trusted gets a Close and no session [HS-16]") {
  FlightForge forge;
  RawClient client(kStart, Trust::pins({}), {});
  Buffer flight = forge.answer(client.hello());
  CHECK(client.handshake().handle_datagram(flight) == Outcome::kFailed);
  CHECK(client.handshake().failure().local == LocalCode::kUntrustedIdentity);
  CHECK(client.handshake().server_identity() == forge.identity.public_key());
  const Buffer told = open_finished(forge, client.handshake().failure_packet());
  base::ByteReader reader(told);
  const auto close = wire::next_message(reader);
  REQUIRE(close);
  REQUIRE(close->type == wire::MessageType::kClose);
  CHECK(reader.empty());
  CHECK(parse_close_message(close->body)->code == TransportCode::kHandshakeFailed);
}

TEST_CASE("Close in place of the flight counts only if nothing better comes [HS-21]") {
  const auto refusal = [] {
    std::array<std::uint8_t, 160> buffer{};
    const auto size = write_close_message(buffer, local_close(TransportCode::kServerFull, "full"));
    return Buffer(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
  };
  FlightForge full;
  full.instead = refusal();
  FlightForge honest;
  RawClient client(kStart, honest.trust(), {});
  const Buffer hello = client.hello();
  Buffer refused = full.answer(hello);
  CHECK(client.handshake().handle_datagram(refused) == Outcome::kIgnored);

  SECTION("the flight comes in time") { CHECK(client.take_flight(honest.answer(hello))); }
  SECTION("it does not") {
    const Instant deadline = client.handshake().deadline();
    CHECK(client.handshake().handle_timeout(deadline - 1ns) == Outcome::kIgnored);
    CHECK(client.handshake().handle_timeout(deadline) == Outcome::kFailed);
    CHECK(client.handshake().failure().code == TransportCode::kServerFull);
    CHECK(client.handshake().failure().by_peer);
  }
}

TEST_CASE("Version Negotiation counts if it is possible and nothing better comes [HS-26]") {
  FlightForge forge;
  RawClient client(kStart, forge.trust(), {});
  const Buffer hello = client.hello();
  wire::PacketView sent;
  parse_hello(hello, &sent);

  const auto note = [&](const ConnectionId& source, std::vector<std::uint32_t> versions) {
    Buffer datagram(wire::kLongHeaderSize + 4 * versions.size());
    base::ByteWriter writer(datagram);
    wire::write_long_header(writer, wire::PacketType::kVersionNegotiation, sent.source, source,
                            static_cast<std::uint16_t>(4 * versions.size()));
    for (const std::uint32_t version : versions) writer.write_u32(version);
    MutableBytes rest = datagram;
    bool malformed = false;
    const auto packet = wire::next_packet(rest, malformed);
    REQUIRE(packet);
    client.handshake().note_version_negotiation(*packet);
  };
  const auto fails_at_deadline = [&] {
    return client.handshake().handle_timeout(client.handshake().deadline()) == Outcome::kFailed;
  };
  ConnectionId wrong = sent.destination;
  wrong.bytes[7] ^= 1;

  SECTION("it names version 1") {
    note(sent.destination, {2, 1});
    CHECK_FALSE(fails_at_deadline());
  }
  SECTION("its sender did not see the hello") {
    note(wrong, {2});
    CHECK_FALSE(fails_at_deadline());
  }
  SECTION("it is real") {
    note(sent.destination, {2, 0x1a1a1a1a});
    CHECK(fails_at_deadline());
    CHECK(client.handshake().failure().code == TransportCode::kHandshakeFailed);
  }
  SECTION("it is forged, and the flight comes") {
    note(sent.destination, {2});
    CHECK(client.take_flight(forge.answer(hello)));
  }
}
