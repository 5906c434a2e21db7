// SPDX-License-Identifier: MIT
//
// The handshake against the vectors: the server's whole side byte for byte, and the pieces of the
// client's (its hello has a random unknown key, so its own flight can't be that of the vectors).
#include <catch2/catch.hpp>
#include <deque>

#include "session/handshake_server.h"
#include "support/raw_peer.h"
#include "vectors/vectors.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;

namespace {

constexpr Instant kStart{std::chrono::seconds(1000)};

/// Hands out what it was given, in this order, and nothing else.
class ScriptedRandom : public RandomSource {
 public:
  void fill_public(MutableBytes out) override {
    REQUIRE_FALSE(script_.empty());
    REQUIRE(script_.front().size() == out.size());
    std::copy(script_.front().begin(), script_.front().end(), out.begin());
    script_.pop_front();
  }
  void fill_secret(MutableBytes out) override { fill_public(out); }
  void add(Bytes bytes) { script_.emplace_back(bytes.begin(), bytes.end()); }
  bool used_up() const { return script_.empty(); }

 private:
  std::deque<Buffer> script_;
};

SessionConfig config_of(const wire::HelloParams& params) {
  SessionConfig config;
  config.timeout = std::chrono::milliseconds(params.timeout_ms);
  config.heartbeat_interval = std::chrono::milliseconds(params.heartbeat_interval_ms);
  config.max_streams = static_cast<std::uint32_t>(params.max_streams);
  config.max_data = params.max_data;
  config.max_stream_data = params.max_stream_data;
  config.message_bytes_max = params.message_bytes_max;
  config.datagram_bytes_max = static_cast<std::uint32_t>(params.datagram_bytes_max);
  return config;
}

Bytes body_of(Bytes frame) { return frame.subspan(wire::kMessageHeaderSize); }

/// One full handshake of the vectors, and the server as it was in it.
struct Scene {
  explicit Scene(std::string_view name)
      : vector(test::Vectors::load().section(name)),
        server_hello(*wire::parse_server_hello(body_of(vector.bytes("server_hello")))),
        server_params(*wire::parse_server_params(body_of(vector.bytes("server_params")))),
        config{.identity = Identity::from_seed(vector.bytes("server_identity_private")).value(),
               .authorized_clients = {}},
        session(config_of(server_params.params)),
        client_key(
            Identity::from_seed(vector.bytes("client_identity_private")).value().public_key()) {
    if (server_params.client_auth) {
      config.client_auth = ClientAuth::kRequired;
      config.authorized_clients.push_back(client_key);
    }
  }

  /// Answers the vectors' hello with the vectors' randomness.
  bool answer() {
    ScriptedRandom random;
    random.add(vector.bytes("server_share_private"));
    random.add(server_hello.random);
    const Bytes frame = vector.bytes("client_hello");
    const Bytes datagram = vector.bytes("client_datagram");
    const ReceivedHello received{.hello = *wire::parse_client_hello(body_of(frame)),
                                 .frame = frame,
                                 .first_destination = {},
                                 .path = {},
                                 .datagram_bytes = datagram.size()};
    const ServerFlightSetup setup{.server = config,
                                  .session = session,
                                  .local_id = server_hello.connection_id,
                                  .session_id = server_params.session_id,
                                  .reset_token = server_params.reset_token,
                                  .retried = server_params.retried};
    const bool answered = answer_hello(kStart, received, setup, cipher, random, half_open);
    CHECK(random.used_up());
    return answered;
  }
  FinishOutcome finish(Bytes packet) {
    Buffer copy(packet.begin(), packet.end());
    return finish_handshake(half_open, config, cipher, copy);
  }

  const test::VectorSection& vector;
  wire::ServerHello server_hello;
  wire::ServerParams server_params;
  ServerConfig config;
  SessionConfig session;
  PublicKey client_key;
  crypto::PacketCipher cipher;
  HalfOpen half_open;
};

constexpr std::string_view kScenes[] = {"full 1303", "full client auth 1303", "full retry 1303",
                                        "full 1302", "full client auth 1302", "full retry 1302"};

}  // namespace

TEST_CASE(
    "the server's answer is that of the vectors [HS-8, KEY-1, KEY-3, KEY-6, KEY-8, RETRY-12]") {
  for (const std::string_view name : kScenes) {
    INFO(name);
    Scene scene(name);
    REQUIRE(scene.answer());
    CHECK(to_hex(scene.half_open.flight_bytes()) == to_hex(scene.vector.bytes("server_datagram")));
    CHECK(to_hex(scene.half_open.flight_digest) == to_hex(scene.vector.bytes("th_ch_sf")));
  }
}

TEST_CASE("the vectors' ClientFinished establishes the vectors' keys [KEY-4, KEY-5, KEY-7]") {
  for (const std::string_view name : kScenes) {
    INFO(name);
    Scene scene(name);
    REQUIRE(scene.answer());
    auto outcome = scene.finish(scene.vector.bytes("client_handshake.packet"));
    const auto* established = std::get_if<Established>(&outcome);
    REQUIRE(established != nullptr);
    CHECK(to_hex(established->receive_keys.key.view()) == to_hex(scene.vector.bytes("c_ap0.key")));
    CHECK(to_hex(established->receive_keys.iv.view()) == to_hex(scene.vector.bytes("c_ap0.iv")));
    CHECK(to_hex(established->receive_keys.hp.view()) == to_hex(scene.vector.bytes("c_ap0.hp")));
    CHECK(to_hex(established->send_keys.key.view()) == to_hex(scene.vector.bytes("s_ap0.key")));
    CHECK(to_hex(established->send_keys.iv.view()) == to_hex(scene.vector.bytes("s_ap0.iv")));
    CHECK(to_hex(established->send_keys.hp.view()) == to_hex(scene.vector.bytes("s_ap0.hp")));
    CHECK(established->session_id == scene.server_params.session_id);
    CHECK(established->peer_identity.has_value() == scene.server_params.client_auth);
    if (established->peer_identity) CHECK(*established->peer_identity == scene.client_key);

    RawPackets packets(scene.cipher, *established);
    const auto payload = packets.open(scene.vector.bytes("client_short.packet"));
    REQUIRE(payload);
    CHECK(to_hex(*payload) == to_hex(scene.vector.bytes("client_short.plaintext")));
  }
}

TEST_CASE("the client's secrets and packets are those of the vectors [KEY-3, KEY-4]") {
  for (const std::string_view name : kScenes) {
    INFO(name);
    const Scene scene(name);
    const test::VectorSection& vector = scene.vector;
    const auto share = crypto::X25519Key::from_private(vector.bytes("client_share_private"));
    const auto shared = share.agree(scene.server_hello.public_key);
    REQUIRE(shared);
    CHECK(to_hex(shared->view()) == to_hex(vector.bytes("x25519")));
    const HandshakeSecrets secrets = handshake_secrets(*shared, vector.array<32>("th_ch_sh"));
    CHECK(to_hex(secrets.client_traffic.view()) == to_hex(vector.bytes("c_hs.secret")));
    CHECK(to_hex(secrets.server_traffic.view()) == to_hex(vector.bytes("s_hs.secret")));
    CHECK(to_hex(secrets.master.view()) == to_hex(vector.bytes("master_secret")));

    crypto::PacketCipher cipher;
    const auto suite = static_cast<CipherSuite>(scene.server_hello.cipher_suite);
    const auto server_keys =
        crypto::derive_packet_keys(suite, secrets.server_traffic, cipher.next_serial());
    const Bytes sealed = vector.bytes("server_handshake.packet");
    Buffer packet(sealed.begin(), sealed.end());
    const auto flight = open_handshake_packet(cipher, server_keys, kFlightNumber, packet);
    REQUIRE(flight);
    CHECK(to_hex(*flight) == to_hex(vector.bytes("server_handshake.plaintext")));

    const auto client_keys =
        crypto::derive_packet_keys(suite, secrets.client_traffic, cipher.next_serial());
    Buffer finished(512);
    const auto hello = *wire::parse_client_hello(body_of(vector.bytes("client_hello")));
    const std::size_t size = seal_handshake_packet(
        cipher, client_keys, scene.server_hello.connection_id, hello.connection_id, kFlightNumber,
        vector.bytes("client_handshake.plaintext"), finished);
    CHECK(to_hex(Bytes(finished).first(size)) == to_hex(vector.bytes("client_handshake.packet")));

    for (const Role sender : {Role::kClient, Role::kServer}) {
      const auto keys = application_keys(suite, secrets.master, sender,
                                         vector.array<32>("th_ch_sf"), cipher.next_serial());
      const std::string prefix = sender == Role::kClient ? "c_ap0." : "s_ap0.";
      CHECK(to_hex(keys.key.view()) == to_hex(vector.bytes(prefix + "key")));
      CHECK(to_hex(keys.iv.view()) == to_hex(vector.bytes(prefix + "iv")));
      CHECK(to_hex(keys.hp.view()) == to_hex(vector.bytes(prefix + "hp")));
    }
  }
}

TEST_CASE("a client that lost its Finished to any flipped bit is not established [HS-22]") {
  Scene scene("full client auth 1302");
  REQUIRE(scene.answer());
  const Bytes packet = scene.vector.bytes("client_handshake.packet");
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Buffer flipped(packet.begin(), packet.end());
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    REQUIRE(std::holds_alternative<ClientIgnored>(scene.finish(flipped)));
  }
  CHECK(std::holds_alternative<Established>(scene.finish(packet)));
}
