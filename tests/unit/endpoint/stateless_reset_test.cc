// SPDX-License-Identifier: MIT
//
// Servers that have forgotten, clients that are told so, and those who would like to tell them.
#include <catch2/catch.hpp>
#include <set>

#include "crypto/connection_id.h"
#include "endpoint/stateless_reset.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

const PeerAddress kElsewhere = PeerAddress::v4({203, 0, 113, 9}, 5555);
const std::array<std::uint8_t, 32> kKey = {7, 7, 7};
const ConnectionId kId{{0, 2, 3, 4, 5, 6, 7, 8}};

ServerConfig with_key() {
  ServerConfig config = server_config();
  config.reset_key = kKey;
  return config;
}

/// A short packet with that id, as far as anybody without keys can tell.
Buffer packet_for(const ConnectionId& id, std::size_t size) {
  Buffer packet(size, 0x5a);
  packet[0] = 0x40;
  std::copy(id.bytes.begin(), id.bytes.end(), packet.begin() + 1);
  return packet;
}

Buffer reset_with(const ResetToken& token, std::size_t size = 43) {
  Buffer reset(size, 0x33);
  reset[0] = 0x51;
  std::copy(token.begin(), token.end(), reset.end() - 16);
  return reset;
}

/// The token of the raw server's first id.
const ResetToken kNoToken{};

}  // namespace

TEST_CASE("a server that has forgotten everything ends the session at once [RST-1, RST-6]") {
  World world(9);
  ServerConfig config{.identity = world.server_identity(), .authorized_clients = {}};
  config.reset_key = kKey;
  Node& server = world.add_server({}, &config);
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  world.run_for(1s);
  REQUIRE(client.saw(EventKind::kConnected));
  CountingIds ids;
  EndpointConfig again;
  again.server = config;
  again.session_ids = &ids;
  server.endpoint = std::move(Endpoint::create(again, world.random).value());
  REQUIRE(client.endpoint->ping(world.now(), session));
  world.run_for(100ms);
  CHECK(client.saw(EventKind::kClosed));
  const CloseInfo* why = client.endpoint->close_info(session);
  REQUIRE(why != nullptr);
  CHECK(why->reason == CloseReason::kInternalError);
  CHECK(why->by_peer);
  CHECK_FALSE(why->local);
  CHECK(server.endpoint->stats().resets_sent == 1);
  CHECK(server.endpoint->stats().resets_received == 0);
  CHECK(client.endpoint->stats().resets_sent == 0);
  CHECK(client.endpoint->stats().resets_received == 1);
}

TEST_CASE("the reset ends with the token of the id and is smaller than what it answers [RST-2]") {
  LoneEndpoint server(with_key());
  crypto::Secret key;
  std::copy(kKey.begin(), kKey.end(), key.writable().begin());
  const ResetToken token = crypto::reset_token(key.view(), kId);
  std::set<std::size_t> sizes;
  for (std::size_t size = 23; size <= 200; ++size) {
    server.now += 1s;
    const SentList answer = server.exchange(kClientAddress, packet_for(kId, size));
    INFO(size);
    if (size <= 30) {
      CHECK(answer.empty());
      CHECK(server->stats().resets_sent == 0);
      continue;
    }
    CHECK(server->stats().resets_sent == size - 30);
    REQUIRE(answer.size() == 1);
    const Buffer& reset = answer[0].bytes;
    CHECK(answer[0].to == kClientAddress);
    CHECK(reset.size() < size);
    CHECK(reset.size() >= std::min<std::size_t>(size - 1, 43));
    CHECK(reset.size() <= 63);
    CHECK((reset[0] & 0xc0) == 0x40);
    CHECK(std::equal(token.begin(), token.end(), reset.end() - 16));
    if (size > 64) sizes.insert(reset.size());
  }
  CHECK(sizes.size() > 10);
}

TEST_CASE("a datagram that starts with a Handshake packet is answered, hellos are not [RST-2]") {
  LoneEndpoint server(with_key());
  Buffer datagram(100);
  base::ByteWriter writer(datagram);
  wire::write_long_header(writer, wire::PacketType::kHandshake, kId, kId, 77);
  CHECK(server.exchange(kClientAddress, datagram).size() == 1);
  Buffer early(100);
  base::ByteWriter early_writer(early);
  wire::write_long_header(early_writer, wire::PacketType::kEarly, kId, kId, 77);
  CHECK(server.exchange(kClientAddress, early).empty());
}

TEST_CASE("ten resets a second for a source, whatever its port, and ten thousand in all [RST-3]") {
  SeededRandom random(1);
  endpoint::StatelessReset reset(crypto::Secret(kKey), random, kStart);
  Buffer out(512);
  std::size_t answered = 0;
  const auto ask = [&](const PeerAddress& from, Instant now) {
    return reset.answer(now, from, kId, 100, out) > 0;
  };
  for (std::uint16_t i = 0; i < 100; ++i) {
    answered +=
        ask(PeerAddress::v4({203, 0, 113, 9}, static_cast<std::uint16_t>(2000 + i)), kStart);
  }
  CHECK(answered == 10);
  CHECK_FALSE(ask(kElsewhere, kStart + 99ms));
  CHECK(ask(kElsewhere, kStart + 100ms));
  answered = 0;
  const Instant later = kStart + 60s;
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    const auto part = [&](int shift) { return static_cast<std::uint8_t>(i >> shift); };
    answered += ask(PeerAddress::v4({10, part(16), part(8), part(0)}, 5000), later);
  }
  CHECK(answered == 10'000);
}

TEST_CASE("no reset for ids that mean a session, nor to a reflector's port [RST-4, PKT-28]") {
  ServedClient served(with_key());
  Buffer forged = served.client.packets().seal(frames(wire::PingFrame{}, wire::PaddingFrame{60}));
  forged.back() ^= 1;
  CHECK(served.server.exchange(kElsewhere, forged).empty());
  CHECK(served.server.exchange(kClientAddress, forged).empty());
  CHECK(
      served.server.exchange(PeerAddress::v4({203, 0, 113, 9}, 53), packet_for(kId, 100)).empty());
}

TEST_CASE("no reset for a handshake that is under way [RST-4]") {
  LoneEndpoint server(with_key());
  RawClient client(kStart, server_trust(), {});
  const SentList answer = server.exchange(kClientAddress, client.hello());
  REQUIRE(client.take_flight(answer.at(0).bytes));
  const Buffer early = client.packets().seal(frames(wire::PaddingFrame{100}));
  CHECK(server.exchange(kClientAddress, early).empty());
}

TEST_CASE("two servers that answer each other's resets soon have nothing to say [RST-2]") {
  LoneEndpoint first(with_key());
  LoneEndpoint second(with_key(), {}, 22);
  SentList sent = first.exchange(kServerAddress, packet_for(kId, 1200));
  int rounds = 0;
  while (!sent.empty()) {
    REQUIRE(++rounds < 40);
    LoneEndpoint& next = rounds % 2 == 0 ? first : second;
    next.now += 1s;
    sent = next.exchange(kServerAddress, sent[0].bytes);
  }
  CHECK(rounds > 0);
}

TEST_CASE("a client takes a reset from its server's address with all of the token [RST-5]") {
  ServingRaw serving;
  REQUIRE(serving.established);
  serving.say(frames(wire::HandshakeDoneFrame{}));
  for (std::size_t bit = 0; bit < 128; ++bit) {
    ResetToken wrong = kNoToken;
    wrong[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK(serving.client.exchange(kServerAddress, reset_with(wrong)).empty());
  }
  serving.client.exchange(kElsewhere, reset_with(kNoToken));
  serving.client.exchange(kServerAddress, reset_with(kNoToken, 29));
  CHECK(serving.client.count(EventKind::kClosed) == 0);
  const auto nothing = serving.client.exchange(kServerAddress, reset_with(kNoToken, 30));
  CHECK(nothing.empty());  // [RST-6]
  CHECK(serving.client.count(EventKind::kClosed) == 1);
  CHECK(serving.client->info(serving.session)->state == SessionState::kDraining);
}

TEST_CASE("each id has its own token, until it is retired [RST-1, RST-5]") {
  ServingRaw serving;
  serving.say(frames(wire::HandshakeDoneFrame{}));
  const ResetToken other = {1, 2, 3};
  serving.say(frames(wire::NewConnectionIdFrame{1, 0, kId, other}));
  // Number 0 is given up for number 1.
  serving.say(frames(wire::NewConnectionIdFrame{2, 1, ConnectionId{{9}}, ResetToken{9}}));
  serving.client.exchange(kServerAddress, reset_with(kNoToken));
  CHECK(serving.client.count(EventKind::kClosed) == 0);
  serving.client.exchange(kServerAddress, reset_with(other));
  CHECK(serving.client.count(EventKind::kClosed) == 1);
}

TEST_CASE("before the handshake is confirmed nobody knows what has arrived [RST-6]") {
  for (const bool sent : {false, true}) {
    ServingRaw serving;
    REQUIRE(serving.established);
    if (sent) {
      const StreamId stream = serving.client->open_stream(serving.session, {}).value();
      REQUIRE(serving.client->send(serving.session, stream, as_bytes("pay 100")));
      REQUIRE(!serving.client.turn().empty());
    }
    serving.client.exchange(kServerAddress, reset_with(kNoToken));
    const CloseInfo* why = serving.client->close_info(serving.session);
    REQUIRE(why != nullptr);
    CHECK(why->local == (sent ? LocalCode::kDeliveryUnknown : LocalCode::kNotConnected));
  }
}

TEST_CASE("the key of the tokens is the identity's and the address's [RST-1, RST-4]") {
  const Identity one = identity_of_seed(1);
  const auto key = crypto::reset_key(one, kServerAddress);
  CHECK(key == crypto::reset_key(one, kServerAddress));
  CHECK(key != crypto::reset_key(identity_of_seed(2), kServerAddress));
  CHECK(key != crypto::reset_key(one, kClientAddress));
  CHECK(key != crypto::reset_key(one, PeerAddress::v4({192, 0, 2, 1}, 8081)));
}
