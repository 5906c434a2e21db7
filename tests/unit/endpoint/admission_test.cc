// SPDX-License-Identifier: MIT
//
// Which datagrams of strangers a server answers, and with how much.
#include "endpoint/admission.h"

#include <catch2/catch.hpp>
#include <set>

#include "unit/endpoint/crafted_hello.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// Initial, 0-RTT, Handshake and Retry.
constexpr std::array<std::uint8_t, 4> kLongFlags = {0xc0, 0xd0, 0xe0, 0xf0};

wire::CodePoints only(std::initializer_list<std::uint16_t> codes) {
  wire::CodePoints list;
  for (const std::uint16_t code : codes) list.push_back(code);
  return list;
}

/// An otherwise empty long packet.
Buffer long_packet(std::uint8_t flags, std::uint32_t version, std::size_t datagram_bytes) {
  Buffer datagram(datagram_bytes);
  base::ByteWriter writer(datagram);
  writer.write_u8(flags);
  const Buffer destination(8, 0xdd), source(8, 0x55);
  writer.write_bytes(destination);
  writer.write_u32(version);
  writer.write_bytes(source);
  writer.write_u16(0);
  return datagram;
}

}  // namespace

TEST_CASE("a hello needs a datagram of 1 200 bytes [PKT-21]") {
  LoneEndpoint server(server_config());
  CraftedHello hello;
  hello.datagram_bytes = 1199;
  CHECK(server.exchange(kClientAddress, hello.datagram()).empty());
  CHECK(server.drops(DropReason::kHelloTooSmall) == 1);
  CHECK(server->record_count() == 0);
  hello.datagram_bytes = 1200;
  CHECK(server.exchange(kClientAddress, hello.datagram()).size() == 1);
  CHECK(server->record_count() == 1);
}

TEST_CASE("ports of services that answer anybody get nothing [PKT-28]") {
  const std::set<std::uint16_t> blocked = {0, 19, 53, 123, 161, 389, 1900, 5353, 11211};
  for (std::uint32_t port = 0; port <= UINT16_MAX; ++port) {
    const auto number = static_cast<std::uint16_t>(port);
    REQUIRE(endpoint::is_blocked_port(number) == blocked.contains(number));
  }
  LoneEndpoint server(server_config());
  for (const std::uint16_t port : blocked) {
    const PeerAddress from = PeerAddress::v4({198, 51, 100, 1}, port);
    CHECK(server.exchange(from, CraftedHello().datagram()).empty());
    CHECK(server.exchange(from, long_packet(0xc0, 2, 1200)).empty());
  }
  CHECK(server.drops(DropReason::kBlockedPort) == blocked.size());
  CHECK(server->record_count() == 0);
}

TEST_CASE("a version it does not speak is answered with those it does [PKT-23]") {
  LoneEndpoint server(server_config());
  for (const std::uint8_t flags : kLongFlags) {
    const SentList answer = server.exchange(kClientAddress, long_packet(flags, 2, 1200));
    REQUIRE(answer.size() == 1);
    CHECK(answer[0].to == kClientAddress);
    CHECK(to_hex(answer[0].bytes) ==
          "c0"
          "5555555555555555"
          "00000000"
          "dddddddddddddddd"
          "0004"
          "00000001");
    CHECK(server.exchange(kClientAddress, long_packet(flags, 2, 1199)).empty());
  }
  CHECK(server->record_count() == 0);

  SECTION("but a client answers nothing") {
    LoneEndpoint client;
    CHECK(client.exchange(kServerAddress, long_packet(0xc0, 2, 1200)).empty());
  }
  SECTION("and only the first packet of a datagram says what it is") {
    Buffer front = long_packet(0xd0, 1, 23);
    front = joined(front, long_packet(0xc0, 2, 1200));
    CHECK(server.exchange(kClientAddress, front).empty());
  }
}

TEST_CASE("32 of these answers leave in a turn, strangers have to live with that") {
  LoneEndpoint server(server_config());
  for (int i = 0; i < 40; ++i) server.give(kClientAddress, long_packet(0xc0, 2, 1200));
  CHECK(server.turn().size() == 32);
  CHECK(server.exchange(kClientAddress, long_packet(0xc0, 2, 1200)).size() == 1);
}

TEST_CASE("Version Negotiation is never answered [HS-27]") {
  LoneEndpoint server(server_config());
  LoneEndpoint client;
  for (const std::uint8_t flags : kLongFlags) {
    CHECK(server.exchange(kClientAddress, long_packet(flags, 0, 1200)).empty());
    CHECK(client.exchange(kServerAddress, long_packet(flags, 0, 1200)).empty());
  }
}

TEST_CASE("a hello that does not fit its header or offers nothing known is refused [HS-6]") {
  LoneEndpoint server(server_config());
  const auto refused = [&](auto spoil) {
    CraftedHello hello;
    spoil(hello);
    return server.exchange(kClientAddress, hello.datagram()).empty() && server->record_count() == 0;
  };
  CHECK(refused([](CraftedHello& h) { h.hello.version = 2; }));
  CHECK(refused([](CraftedHello& h) { h.header_source = ConnectionId{}; }));
  CHECK(refused([](CraftedHello& h) { h.hello.groups = only({0x0017}); }));
  CHECK(refused([](CraftedHello& h) { h.hello.groups = only({0x11ec, wire::kGroupX25519}); }));
  CHECK(refused([](CraftedHello& h) { h.hello.cipher_suites = only({0x1301}); }));
  CHECK(refused([](CraftedHello& h) { h.hello.public_key = {}; }));
  CHECK(refused([](CraftedHello& h) { h.hello.params.timeout_ms = 999; }));
  CHECK(server.exchange(kClientAddress, CraftedHello().datagram()).size() == 1);
}

TEST_CASE("the longest hello is read, one byte more is not [ENC-3]") {
  LoneEndpoint server(server_config());
  CraftedHello hello;
  hello.unknown_bytes = 256;
  const std::size_t others = hello.body().size() - 256;
  hello.unknown_bytes = wire::kHelloSizeMax + 1 - others;
  CHECK(hello.body().size() == 2049);
  CHECK(server.exchange(kClientAddress, hello.datagram()).empty());
  hello.unknown_bytes = wire::kHelloSizeMax - others;
  CHECK(hello.body().size() == 2048);
  CHECK(server.exchange(kClientAddress, hello.datagram()).size() == 1);
}

TEST_CASE("an Initial packet holds one ClientHello and nothing else [HS-1]") {
  LoneEndpoint server(server_config());
  const CraftedHello hello;
  const Buffer good = hello.packet();
  const auto give_with_length = [&](Buffer packet) {
    const auto length = packet.size() - wire::kLongHeaderSize;
    packet[21] = static_cast<std::uint8_t>(length >> 8);
    packet[22] = static_cast<std::uint8_t>(length & 0xff);
    packet.resize(1200);
    return server.exchange(kClientAddress, packet).size();
  };
  CHECK(give_with_length(joined(good, Buffer{0})) == 0);
  CHECK(give_with_length(joined(good, Bytes(good).subspan(wire::kLongHeaderSize))) == 0);
  CHECK(give_with_length(Buffer(good.begin(), good.end() - 1)) == 0);
  CHECK(give_with_length(Buffer(good.begin(), good.begin() + wire::kLongHeaderSize)) == 0);
  Buffer other_message = good;
  other_message[wire::kLongHeaderSize] = 2;
  CHECK(give_with_length(other_message) == 0);
  CHECK(give_with_length(good) == 1);
}

TEST_CASE("0-RTT and Retry packets are skipped and what is behind them is read [PKT-7]") {
  for (const std::uint8_t flags : {kLongFlags[1], kLongFlags[3]}) {
    LoneEndpoint server(server_config());
    CraftedHello hello;
    Buffer skipped(wire::kLongHeaderSize + 40);
    base::ByteWriter writer(skipped);
    wire::write_long_header(writer, wire::PacketType::kInitial, hello.destination,
                            hello.hello.connection_id, 40);
    skipped[0] = flags;
    Buffer datagram = joined(skipped, hello.packet());
    datagram.resize(1200);
    CHECK(server.exchange(kClientAddress, datagram).size() == 1);
  }
}

TEST_CASE("a packet for somebody else ends the datagram [PKT-5]") {
  ServedClient served;
  ConnectionId other{{1, 2, 3}};
  Buffer stray(wire::kLongHeaderSize + 40);
  base::ByteWriter writer(stray);
  wire::write_long_header(writer, wire::PacketType::kInitial, other, other, 40);
  stray[0] = 0xd0;
  const Buffer ping = frames(wire::PingFrame{}, wire::PingFrame{});
  const auto before = served.server->info(served.session)->packets_received;
  served.server.give(kClientAddress, joined(stray, served.client.packets().seal(ping)));
  CHECK(served.server->info(served.session)->packets_received == before);
  CHECK(served.server.drops(DropReason::kMalformed) == 1);
  served.server.give(kClientAddress, served.client.packets().seal(ping));
  CHECK(served.server->info(served.session)->packets_received == before + 1);
}

TEST_CASE("the answer is one datagram with two packets and no more than 3x the hello [HS-8]") {
  LoneEndpoint server(server_config());
  const SentList answer = server.exchange(kClientAddress, CraftedHello().datagram());
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].bytes.size() <= 1200);
  Buffer copy = answer[0].bytes;
  MutableBytes rest = copy;
  bool malformed = false;
  CHECK(wire::next_packet(rest, malformed)->type == wire::PacketType::kInitial);
  CHECK(wire::next_packet(rest, malformed)->type == wire::PacketType::kHandshake);
  CHECK(rest.empty());
}

TEST_CASE("copies of a hello get the same bytes, within three times theirs [HS-9, PKT-22]") {
  LoneEndpoint server(server_config());
  const Buffer hello = CraftedHello().datagram();
  const SentList first = server.exchange(kClientAddress, hello);
  REQUIRE(first.size() == 1);
  std::size_t sent = first[0].bytes.size();
  for (std::size_t copies = 2; copies <= 50; ++copies) {
    server.now += 10ms;
    const SentList again = server.exchange(kClientAddress, hello);
    REQUIRE(again.size() == 1);
    CHECK(again[0].bytes == first[0].bytes);
    sent += again[0].bytes.size();
    REQUIRE(sent <= 3 * copies * hello.size());
  }
  CHECK(server->record_count() == 1);
  CHECK(server->stats().handshakes_started == 1);

  SECTION("several copies in one turn need one answer") {
    server.give(kClientAddress, hello);
    server.give(kClientAddress, hello);
    CHECK(server.turn().size() == 1);
  }
  SECTION("from another address it is another handshake") {
    const SentList other = server.exchange(kOtherAddress, hello);
    REQUIRE(other.size() == 1);
    CHECK(other[0].to == kOtherAddress);
    CHECK(other[0].bytes != first[0].bytes);
    CHECK(server->record_count() == 2);
  }
  SECTION("with the same id and another random it is no copy") {
    CraftedHello changed;
    changed.hello.random[0] ^= 1;
    const SentList other = server.exchange(kClientAddress, changed.datagram());
    REQUIRE(other.size() == 1);
    CHECK(other[0].bytes != first[0].bytes);
    CHECK(server->record_count() == 2);
  }
}

TEST_CASE("a server sends nothing on its own before ClientFinished [HS-10]") {
  LoneEndpoint server(server_config());
  REQUIRE(server.exchange(kClientAddress, CraftedHello().datagram()).size() == 1);
  CHECK(server.run_for(60s).empty());
}

TEST_CASE("32 hellos are answered in a turn, the others come again") {
  LoneEndpoint server(server_config());
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    server.give(kClientAddress, CraftedHello(seed).datagram());
  }
  CHECK(server.turn().size() == 32);
  CHECK(server.drops(DropReason::kHalfOpenFull) == 8);
  for (std::uint64_t seed = 32; seed < 40; ++seed) {
    server.give(kClientAddress, CraftedHello(seed).datagram());
  }
  CHECK(server.turn().size() == 8);
}

TEST_CASE("who only connects answers no hello") {
  LoneEndpoint client;
  CHECK(client.exchange(kServerAddress, CraftedHello().datagram()).empty());
  CHECK(client.drops(DropReason::kNotServer) == 1);
  CHECK(client->record_count() == 0);
}

TEST_CASE("a full server says so, and forgets it at once [HS-21]") {
  ServerConfig config = server_config();
  config.sessions_max = 1;
  ServedClient served(config);
  REQUIRE(served.server->session_count() == 1);
  RawClient second(kStart, server_trust(), {}, 8);
  const Buffer hello = second.hello();
  const SentList answer = served.server.exchange(kOtherAddress, hello);
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].bytes.size() < hello.size());
  CHECK(served.server->record_count() == 1);
  CHECK_FALSE(second.take_flight(answer[0].bytes));
  second.handshake().handle_timeout(second.handshake().deadline());
  CHECK(second.handshake().failure().code == TransportCode::kServerFull);
}

TEST_CASE("sessions_max holds for handshakes that overtake each other [HS-21]") {
  ServerConfig config = server_config();
  config.sessions_max = 1;
  LoneEndpoint server(config);
  RawClient first(kStart, server_trust(), {}, 8);
  RawClient second(kStart, server_trust(), {}, 9);
  REQUIRE(first.take_flight(server.exchange(kClientAddress, first.hello()).at(0).bytes));
  REQUIRE(second.take_flight(server.exchange(kOtherAddress, second.hello()).at(0).bytes));
  server.exchange(kClientAddress, first.finished());
  CHECK(server->session_count() == 1);
  const SentList refused = server.exchange(kOtherAddress, second.finished());
  CHECK(server->session_count() == 1);
  REQUIRE(refused.size() == 1);
  CHECK(leads_with_handshake(refused[0]));
  const auto full = static_cast<std::size_t>(Admission::kServerFull);
  CHECK(server->stats().admission[full] == 1);
  CHECK(server.exchange(kOtherAddress, second.finished()).at(0).bytes == refused[0].bytes);
  CHECK(server->stats().admission[full] == 1);
  server.run_for(10s);
  CHECK(server->stats().handshakes_failed == 0);
}
