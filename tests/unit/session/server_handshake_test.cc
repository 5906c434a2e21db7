// SPDX-License-Identifier: MIT
//
// The server's handshake, message by message, with clients that are good and bad at it.
#include <catch2/catch.hpp>

#include "crypto/ed25519.h"
#include "session/close.h"
#include "support/raw_peer.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1000s};
constexpr std::uint16_t kAes = 0x1302;
constexpr std::uint16_t kChaCha = 0x1303;

Identity identity(std::uint64_t seed) {
  SeededRandom random(seed);
  return Identity::generate(random);
}

Buffer message(wire::MessageType type, Bytes body) {
  Buffer bytes(wire::kMessageHeaderSize + body.size());
  base::ByteWriter writer(bytes);
  wire::write_message(writer, type, body);
  return bytes;
}

/// A server that has answered, and a client that can say anything in its Handshake packet.
struct HalfWay {
  explicit HalfWay(ClientAuth auth = ClientAuth::kOff) {
    server.config().client_auth = auth;
    server.config().authorized_clients = {friendly.public_key()};
    REQUIRE_FALSE(server.flight(kStart, client.hello()).empty());
  }

  Buffer mac(Bytes verify_frame = {}) {
    crypto::Digest covered = half_open().flight_digest;
    if (!verify_frame.empty()) {
      crypto::Transcript transcript = *half_open().transcript;
      transcript.add(verify_frame);
      covered = transcript.digest();
    }
    const auto value = crypto::finished_mac(half_open().client_traffic, covered);
    return {value.begin(), value.end()};
  }
  Buffer finished(Bytes verify_frame = {}) {
    return joined(verify_frame, message(wire::MessageType::kClientFinished, mac(verify_frame)));
  }
  Buffer verify(const PublicKey& key, const crypto::Signature& signature) {
    std::array<std::uint8_t, 256> body{};
    const std::size_t size = wire::write_client_verify(body, {key, signature, {}});
    return message(wire::MessageType::kClientVerify, Bytes(body).first(size));
  }
  Buffer verify(const Identity& who, Role role = Role::kClient) {
    return verify(who.public_key(), crypto::sign_transcript(who, role, half_open().flight_digest));
  }
  FinishOutcome give(Bytes messages, std::uint64_t number = 0) {
    Buffer packet(wire::kProtectedLongHeaderSize + messages.size() + wire::kTagSize);
    seal_handshake_packet(server.cipher(), half_open().client_keys, half_open().local_id,
                          half_open().client_id, number, messages, packet);
    return finish_handshake(half_open(), server.config(), server.cipher(), packet);
  }
  bool ignored(Bytes messages, std::uint64_t number = 0) {
    return std::holds_alternative<ClientIgnored>(give(messages, number));
  }
  TransportCode refused(Bytes messages) {
    auto outcome = give(messages);
    REQUIRE(std::holds_alternative<ClientRefused>(outcome));
    refusal = std::get<ClientRefused>(outcome);
    return refusal.why.code;
  }
  /// What the refusal says to a client that can read it.
  CloseInfo read_refusal() {
    auto opened = open_handshake_packet(server.cipher(), half_open().server_keys, kRefusalNumber,
                                        MutableBytes(refusal.packet).first(refusal.packet_size));
    REQUIRE(opened);
    base::ByteReader reader(*opened);
    const auto close = wire::next_message(reader);
    REQUIRE(close);
    CHECK(reader.empty());
    return *parse_close_message(close->body);
  }
  HalfOpen& half_open() { return server.half_open(); }

  const Identity friendly = identity(1);
  RawServer server;
  RawClient client{kStart, server.trust(), {}};
  ClientRefused refusal;
};

wire::ClientHello offering(std::initializer_list<std::uint16_t> suites) {
  wire::ClientHello hello;
  for (const std::uint16_t suite : suites) hello.cipher_suites.push_back(suite);
  return hello;
}

}  // namespace

TEST_CASE("the first suite that is known is chosen, without AES, ChaCha goes first [HS-7]") {
  constexpr auto kIsAes = CipherSuite::kAes256Gcm;
  constexpr auto kIsChaCha = CipherSuite::kChaCha20Poly1305;
  CHECK(choose_suite(offering({kAes, kChaCha}), true) == kIsAes);
  CHECK(choose_suite(offering({kChaCha, kAes}), true) == kIsChaCha);
  CHECK(choose_suite(offering({0x0a0a, kAes}), true) == kIsAes);
  CHECK(choose_suite(offering({0x0a0a, 0x1301, kChaCha, kAes}), true) == kIsChaCha);
  CHECK(choose_suite(offering({kAes, kChaCha}), false) == kIsChaCha);
  CHECK(choose_suite(offering({kAes}), false) == kIsAes);
  CHECK(choose_suite(offering({kChaCha}), true) == kIsChaCha);
  for (const bool prefer_aes : {true, false}) {
    CHECK_FALSE(choose_suite(offering({0x1301}), prefer_aes));
    CHECK_FALSE(choose_suite(offering({0x1301, 0x0a0a}), prefer_aes));
  }
}

TEST_CASE("a share of low order gets no answer [KEY-2]") {
  RawServer server;
  RawClient client(kStart, server.trust(), {});
  const Buffer hello = client.hello();
  REQUIRE_FALSE(server.flight(kStart, hello).empty());
  const std::string_view name = "public_key";
  Buffer weak = hello;
  const auto at = std::search(weak.begin(), weak.end(), name.begin(), name.end());
  std::fill_n(at + static_cast<std::ptrdiff_t>(name.size()) + 2, 32, std::uint8_t{0});
  CHECK(server.flight(kStart, weak).empty());
}

TEST_CASE("an unfinished handshake is small and its flight is one datagram [HS-11]") {
  CHECK(sizeof(HalfOpen) <= 1536);
  HalfWay half_way(ClientAuth::kRequired);
  CHECK(half_way.half_open().flight_size <= kFlightBytesMax);
  CHECK(half_way.half_open().bytes_received == 1200);
}

TEST_CASE("ClientFinished establishes, nothing else does [HS-22, HS-1]") {
  using wire::MessageType;
  HalfWay half_way;
  const Buffer good = half_way.finished();
  Buffer wrong_mac = good;
  wrong_mac.back() ^= 1;
  CHECK(half_way.ignored(wrong_mac));
  CHECK(half_way.ignored({}));
  CHECK(half_way.ignored(joined(good, Buffer{0})));
  CHECK(half_way.ignored(joined(good, good)));
  CHECK(half_way.ignored(message(MessageType::kClientFinished, Buffer(32))));
  CHECK(half_way.ignored(message(MessageType::kClientFinished, Bytes(half_way.mac()).first(31))));
  CHECK(half_way.ignored(message(MessageType::kServerFinished, half_way.mac())));
  CHECK(half_way.ignored(joined(half_way.verify(half_way.friendly), good)));  // not asked for
  CHECK(half_way.ignored(Bytes(good).first(good.size() - 1)));
  CHECK(half_way.ignored(good, 1));
  CHECK(half_way.ignored(good, std::uint64_t{1} << 32));
  CHECK(half_way.ignored(message(MessageType::kClose, Buffer{0xff})));
  auto outcome = half_way.give(good);
  REQUIRE(std::holds_alternative<Established>(outcome));
  CHECK_FALSE(std::get<Established>(outcome).peer_identity);
}

TEST_CASE("a client that gives up says why [HS-21]") {
  HalfWay half_way;
  std::array<std::uint8_t, 160> close{};
  const std::size_t size =
      write_close_message(close, local_close(TransportCode::kHandshakeFailed, "not you"));
  auto outcome = half_way.give(Bytes(close).first(size));
  REQUIRE(std::holds_alternative<ClientClosed>(outcome));
  CHECK(std::get<ClientClosed>(outcome).why.message == "not you");
  CHECK(std::get<ClientClosed>(outcome).why.by_peer);
}

TEST_CASE("a server that asks for an identity takes those it knows [HS-23]") {
  HalfWay half_way(ClientAuth::kRequired);
  auto outcome = half_way.give(half_way.finished(half_way.verify(half_way.friendly)));
  REQUIRE(std::holds_alternative<Established>(outcome));
  CHECK(std::get<Established>(outcome).peer_identity == half_way.friendly.public_key());
}

TEST_CASE("a client without identity is told that one is required [HS-23]") {
  HalfWay half_way(ClientAuth::kRequired);
  CHECK(half_way.refused(half_way.finished()) == TransportCode::kClientIdentityRequired);
  CHECK(half_way.read_refusal().code == TransportCode::kClientIdentityRequired);
}

TEST_CASE("a client with the wrong identity is refused [HS-23]") {
  HalfWay half_way(ClientAuth::kRequired);
  const crypto::Signature nonsense{1, 2, 3};
  SECTION("unknown") {
    CHECK(half_way.refused(half_way.finished(half_way.verify(identity(2)))) ==
          TransportCode::kClientIdentityRefused);
  }
  SECTION("a known key with a wrong signature") {
    const Buffer verify = half_way.verify(half_way.friendly.public_key(), nonsense);
    CHECK(half_way.refused(half_way.finished(verify)) == TransportCode::kClientIdentityRefused);
  }
  SECTION("a known key with a server's signature") {
    const Buffer verify = half_way.verify(half_way.friendly, Role::kServer);
    CHECK(half_way.refused(half_way.finished(verify)) == TransportCode::kClientIdentityRefused);
  }
  SECTION("a weak key, even where it is authorized") {
    PublicKey weak{};
    weak[0] = 1;
    half_way.server.config().authorized_clients.push_back(weak);
    const Buffer verify = half_way.verify(weak, crypto::Signature{1});
    CHECK(half_way.refused(half_way.finished(verify)) == TransportCode::kClientIdentityRefused);
  }
  CHECK(half_way.read_refusal().code == TransportCode::kClientIdentityRefused);
}

TEST_CASE("the MAC is checked before a client is refused [HS-23, HS-22]") {
  HalfWay half_way(ClientAuth::kRequired);
  Buffer anonymous = half_way.finished();
  anonymous.back() ^= 1;
  CHECK(half_way.ignored(anonymous));
  Buffer stranger = half_way.finished(half_way.verify(identity(2)));
  stranger.back() ^= 1;
  CHECK(half_way.ignored(stranger));
  // The MAC covers ClientVerify.
  const Buffer verify = half_way.verify(half_way.friendly);
  CHECK(half_way.ignored(joined(verify, half_way.finished())));
  CHECK_FALSE(half_way.half_open().refusal);
  CHECK(std::holds_alternative<Established>(half_way.give(half_way.finished(verify))));
}

TEST_CASE("a refusal stays the same whatever comes after it [PKT-2]") {
  HalfWay half_way(ClientAuth::kRequired);
  CHECK(half_way.refused(half_way.finished()) == TransportCode::kClientIdentityRequired);
  const auto first = half_way.refusal;
  CHECK(half_way.refused(half_way.finished(half_way.verify(identity(2)))) ==
        TransportCode::kClientIdentityRequired);
  CHECK(half_way.refusal.packet == first.packet);
  CHECK(half_way.refused(half_way.finished(half_way.verify(half_way.friendly))) ==
        TransportCode::kClientIdentityRequired);
  CHECK(half_way.refusal.packet == first.packet);
}

TEST_CASE("a server without room answers with a Close that the client can read [HS-21]") {
  RawServer server;
  RawClient client(kStart, server.trust(), {});
  const Buffer hello = client.hello();
  Buffer copy = hello;
  MutableBytes rest = copy;
  bool malformed = false;
  const auto packet = wire::next_packet(rest, malformed);
  base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
  const auto frame = wire::next_message(reader);
  const ReceivedHello received{.hello = *wire::parse_client_hello(frame->body),
                               .frame = frame->frame,
                               .first_destination = {},
                               .path = {},
                               .datagram_bytes = 1200};
  SeededRandom random(1);
  const ServerFlightSetup setup{.server = server.config(),
                                .session = server.session_config(),
                                .local_id = ConnectionId{{1}},
                                .session_id = SessionId()};
  Buffer out(512);
  const std::size_t size =
      refuse_hello(received, setup, local_close(TransportCode::kServerFull, "full"),
                   server.cipher(), random, out);
  REQUIRE(size > 0);
  out.resize(size);
  CHECK_FALSE(client.take_flight(out));
  CHECK(client.handshake().handle_timeout(client.handshake().deadline()) ==
        ClientHandshake::Outcome::kFailed);
  CHECK(client.handshake().failure().code == TransportCode::kServerFull);
}
