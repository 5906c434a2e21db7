// SPDX-License-Identifier: MIT
//
// A client that is asked to prove its address, or that somebody only wants to believe so.
#include <catch2/catch.hpp>

#include "unit/session/flight_forge.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1000s};
using Outcome = ClientHandshake::Outcome;

struct Hello {
  ConnectionId destination;
  wire::ClientHello content;
};

Hello parse(Buffer datagram) {
  CHECK(datagram.size() == wire::kMinHelloDatagram);
  MutableBytes rest = datagram;
  bool malformed = false;
  const auto packet = wire::next_packet(rest, malformed);
  REQUIRE(packet);
  base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
  const auto message = wire::next_message(reader);
  REQUIRE(message);
  const auto hello = wire::parse_client_hello(message->body);
  REQUIRE(hello);
  CHECK(std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; }));
  return {packet->destination, *hello};
}

/// A Retry that is right, unless a test changes it.
struct RetryForge {
  ConnectionId destination, source;
  std::uint32_t version = wire::kVersion1;
  wire::Retry content;
  std::size_t cut = 0;

  RetryForge(const Hello& hello, std::uint8_t cookie)
      : destination(hello.content.connection_id), source(hello.destination) {
    std::copy_n(hello.content.random.begin(), 16, content.echo.begin());
    content.cookie.fill(cookie);
  }
  Buffer bytes() const {
    Buffer payload(64);
    payload.resize(wire::write_retry(payload, content) - cut);
    Buffer packet(wire::kLongHeaderSize + payload.size());
    base::ByteWriter writer(packet);
    wire::write_long_header(writer, wire::PacketType::kRetry, destination, source,
                            static_cast<std::uint16_t>(payload.size()), version);
    writer.write_bytes(payload);
    return packet;
  }
};

struct Asked {
  FlightForge server{5};
  RawClient client{kStart, server.trust(), {}};
  Buffer first = client.hello();

  bool retry(const RetryForge& forge) {
    Buffer bytes = forge.bytes();
    MutableBytes rest = bytes;
    bool malformed = false;
    return client.handshake().take_retry(*wire::next_packet(rest, malformed));
  }
  bool retry(std::uint8_t cookie) { return retry(RetryForge(parse(first), cookie)); }
  bool finishes_with(Bytes hello, bool retried) {
    server.params.retried = retried;
    return client.take_flight(server.answer(hello));
  }
};

}  // namespace

TEST_CASE("the second hello is the first one with the cookie [RETRY-4]") {
  Asked asked;
  REQUIRE(asked.retry(7));
  REQUIRE(asked.client.handshake().hello_due());
  const Buffer second = asked.client.hello();
  Hello expected = parse(asked.first);
  const Hello hello = parse(second);
  CHECK(hello.destination == expected.destination);
  REQUIRE(hello.content.cookie);
  CHECK(Buffer(hello.content.cookie->begin(), hello.content.cookie->end()) == Buffer(22, 7));
  expected.content.cookie = hello.content.cookie;
  CHECK(hello.content == expected.content);
  CHECK(asked.client.handshake().hello_repeated());

  SECTION("copies are copies of it") {
    asked.client.handshake().handle_timeout(asked.client.handshake().deadline());
    CHECK(asked.client.hello() == second);
  }
  SECTION("and the transcript starts with it") { CHECK(asked.finishes_with(second, true)); }
}

TEST_CASE("a Retry that does not know the hello changes nothing [RETRY-3]") {
  Asked asked;
  const Hello hello = parse(asked.first);
  const auto ignored = [&](auto spoil) {
    RetryForge forge(hello, 7);
    spoil(forge);
    return !asked.retry(forge) && !asked.client.handshake().hello_due();
  };
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(ignored([i](RetryForge& forge) { forge.content.echo[i] ^= 1; }));
  }
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(ignored([i](RetryForge& forge) { forge.source.bytes[i] ^= 1; }));
    CHECK(ignored([i](RetryForge& forge) { forge.destination.bytes[i] ^= 1; }));
  }
  CHECK(ignored([](RetryForge& forge) { forge.version = 2; }));
  CHECK(ignored([](RetryForge& forge) { forge.cut = 1; }));
  CHECK(ignored([](RetryForge& forge) { forge.cut = 53; }));
  CHECK(asked.finishes_with(asked.first, false));
}

TEST_CASE("two Retries are followed, a third is not, copies do not count [RETRY-5]") {
  Asked asked;
  CHECK(asked.retry(1));
  CHECK_FALSE(asked.retry(1));
  const Buffer second = asked.client.hello();
  CHECK(asked.retry(2));
  CHECK_FALSE(asked.retry(2));
  const Buffer third = asked.client.hello();
  CHECK(parse(third).content.cookie != parse(second).content.cookie);
  CHECK_FALSE(asked.retry(3));
  CHECK_FALSE(asked.client.handshake().hello_due());
  CHECK(asked.finishes_with(third, true));
}

TEST_CASE("an answer to any hello that was sent will do [RETRY-6]") {
  for (int answered = 0; answered < 3; ++answered) {
    Asked asked;
    std::vector<Buffer> hellos = {asked.first};
    for (const std::uint8_t cookie : {std::uint8_t{1}, std::uint8_t{2}}) {
      REQUIRE(asked.retry(cookie));
      hellos.push_back(asked.client.hello());
    }
    CHECK(asked.finishes_with(hellos[static_cast<std::size_t>(answered)], answered > 0));
  }
}

TEST_CASE("a server that disagrees about Retry makes the client start over [RETRY-13]") {
  for (const bool followed : {false, true}) {
    INFO(followed);
    Asked asked;
    Buffer hello = asked.first;
    if (followed) {
      REQUIRE(asked.retry(7));
      hello = asked.client.hello();
    }
    CHECK_FALSE(asked.finishes_with(hello, !followed));
    CHECK_FALSE(asked.client.handshake().hello_due());
    asked.client.handshake().handle_timeout(asked.client.handshake().deadline());
    REQUIRE(asked.client.handshake().hello_due());
    const Buffer fresh = asked.client.hello();
    const Hello before = parse(asked.first);
    const Hello after = parse(fresh);
    CHECK(after.destination != before.destination);
    CHECK(after.content.random != before.content.random);
    CHECK(after.content.public_key != before.content.public_key);
    CHECK_FALSE(after.content.cookie);
    CHECK_FALSE(asked.retry(RetryForge(before, 8)));
    CHECK(asked.finishes_with(fresh, false));
  }
}

TEST_CASE("an untrusted server can't make the client start over [RETRY-13]") {
  FlightForge stranger(6);
  FlightForge server(5);
  RawClient client(kStart, server.trust(), {});
  stranger.params.retried = true;
  Buffer flight = stranger.answer(client.hello());
  CHECK(client.handshake().handle_datagram(flight) == Outcome::kFailed);
}

TEST_CASE("a token goes into the first hello and a cookie takes its place [RETRY-16]") {
  SeededRandom random(3);
  crypto::PacketCipher cipher;
  wire::AddressProof token;
  for (int i = 0; i < 70; ++i) token.push_back('A');
  FlightForge server(5);
  ClientHandshake client(kStart,
                         {.remote = {},
                          .config = {},
                          .trust = server.trust(),
                          .identity = {},
                          .local_id = {{1, 2, 3, 4, 5, 6, 7, 8}},
                          .give_up_after = 10s,
                          .address_token = token},
                         cipher, random);
  const Bytes bytes = client.take_hello();
  const Buffer first(bytes.begin(), bytes.end());
  CHECK(parse(first).content.cookie == token);

  SECTION("a token is no Retry") {
    Buffer flight = server.answer(first);
    CHECK(client.handle_datagram(flight) == Outcome::kEstablished);
  }
  SECTION("a Retry replaces it") {
    Buffer retry = RetryForge(parse(first), 9).bytes();
    MutableBytes rest = retry;
    bool malformed = false;
    REQUIRE(client.take_retry(*wire::next_packet(rest, malformed)));
    const Bytes again = client.take_hello();
    const Buffer second(again.begin(), again.end());
    CHECK(parse(second).content.cookie->size() == 22);
    server.params.retried = true;
    Buffer flight = server.answer(second);
    CHECK(client.handle_datagram(flight) == Outcome::kEstablished);
  }
}
