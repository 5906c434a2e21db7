// SPDX-License-Identifier: MIT
//
// A resumed handshake of the vectors: the server's side of it, byte for byte.
#include <catch2/catch.hpp>
#include <deque>
#include <set>

#include "crypto/ticket.h"
#include "session/resumption.h"
#include "support/raw_peer.h"
#include "vectors/vectors.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// 5 s after the tickets of the vectors were made.
constexpr Instant kNow{1005s};

class ScriptedRandom : public RandomSource {
 public:
  void fill_public(MutableBytes out) override {
    REQUIRE(script_.front().size() == out.size());
    std::copy(script_.front().begin(), script_.front().end(), out.begin());
    script_.pop_front();
  }
  void fill_secret(MutableBytes out) override { fill_public(out); }
  void add(Bytes bytes) { script_.emplace_back(bytes.begin(), bytes.end()); }

 private:
  std::deque<Buffer> script_;
};

/// The key that sealed the vectors' tickets.
class VectorKeys : public TicketKeys {
 public:
  explicit VectorKeys(const test::VectorSection& section) {
    const Bytes ticket = section.bytes("ticket");
    std::copy_n(ticket.begin(), key_.id.size(), key_.id.begin());
    key_.secret = crypto::Secret(section.bytes("stek"));
  }
  std::vector<std::uint8_t> seal(Instant, Bytes) override { return {}; }
  std::optional<std::vector<std::uint8_t>> open(Instant, Bytes ticket) override {
    Buffer copy(ticket.begin(), ticket.end());
    const auto state = crypto::open_ticket(key_, copy);
    if (!state) return std::nullopt;
    return Buffer(state->begin(), state->end());
  }

 private:
  crypto::TicketKey key_;
};

class CountingStore : public ReplayStore {
 public:
  Verdict strike(Instant, const Key& key) override {
    ++asked;
    return seen.insert(key).second ? Verdict::kFresh : Verdict::kSeen;
  }
  std::set<Key> seen;
  int asked = 0;
};

Bytes body_of(Bytes frame) { return frame.subspan(wire::kMessageHeaderSize); }

SessionConfig config_of(const wire::HelloParams& params) {
  SessionConfig config;
  config.max_streams = static_cast<std::uint32_t>(params.max_streams);
  config.max_data = params.max_data;
  config.max_stream_data = params.max_stream_data;
  config.message_bytes_max = params.message_bytes_max;
  config.datagram_bytes_max = static_cast<std::uint32_t>(params.datagram_bytes_max);
  return config;
}

/// One resumed handshake of the vectors and the server in it.
struct Scene {
  explicit Scene(const std::string& suite)
      : vector(test::Vectors::load().section("resumption early " + suite)),
        ticket(test::Vectors::load().section("ticket first " + suite)),
        hello_frame(vector.bytes("client_hello").begin(), vector.bytes("client_hello").end()),
        server_hello(*wire::parse_server_hello(body_of(vector.bytes("server_hello")))),
        server_params(*wire::parse_server_params(body_of(vector.bytes("server_params")))),
        config{
            .identity =
                Identity::from_seed(
                    test::Vectors::load().section("full " + suite).bytes("server_identity_private"))
                    .value()},
        session(config_of(server_params.params)),
        keys(ticket) {
    config.resumption.early_services = {"echo"};
  }

  ReceivedHello received() {
    return {.hello = *wire::parse_client_hello(body_of(hello_frame)),
            .frame = hello_frame,
            .first_destination = {},
            .path = {},
            .datagram_bytes = 1200};
  }
  std::optional<Resumption> opened(Instant now = kNow) {
    return open_offer(now, received(), config, keys);
  }
  std::optional<EarlyRefusal> judged(Instant now = kNow) {
    const auto resumption = opened(now);
    REQUIRE(resumption);
    return judge_early(now, received(), *resumption,
                       static_cast<CipherSuite>(server_hello.cipher_suite), config, session,
                       &strikes);
  }

  const test::VectorSection& vector;
  const test::VectorSection& ticket;
  Buffer hello_frame;
  wire::ServerHello server_hello;
  wire::ServerParams server_params;
  ServerConfig config;
  SessionConfig session;
  VectorKeys keys;
  CountingStore strikes;
};

const std::vector<std::string> kSuites = {"1302", "1303"};

}  // namespace

TEST_CASE("the answer to a ticket is that of the vectors [RES-7, RES-8, KEY-11, KEY-13]") {
  for (const std::string& suite : kSuites) {
    INFO(suite);
    Scene scene(suite);
    auto resumption = scene.opened();
    REQUIRE(resumption);
    CHECK(to_hex(resumption->early.view()) == to_hex(scene.vector.bytes("early_secret")));
    CHECK_FALSE(scene.judged());
    resumption->early_accepted = true;
    ScriptedRandom random;
    random.add(scene.vector.bytes("server_share_private"));
    random.add(scene.server_hello.random);
    const ServerFlightSetup setup{.server = scene.config,
                                  .session = scene.session,
                                  .local_id = scene.server_hello.connection_id,
                                  .session_id = scene.server_params.session_id,
                                  .reset_token = scene.server_params.reset_token,
                                  .prefer_aes = suite == "1303",
                                  .resumption = &*resumption};
    crypto::PacketCipher cipher;
    HalfOpen half_open;
    REQUIRE(answer_hello(kNow, scene.received(), setup, cipher, random, half_open));
    CHECK(to_hex(half_open.flight_bytes()) == to_hex(scene.vector.bytes("server_datagram")));

    Buffer finished(scene.vector.bytes("client_handshake.packet").begin(),
                    scene.vector.bytes("client_handshake.packet").end());
    auto outcome = finish_handshake(half_open, scene.config, cipher, finished);
    const auto* established = std::get_if<Established>(&outcome);
    REQUIRE(established != nullptr);
    CHECK(established->resumed);
    CHECK(established->early_accepted);
    CHECK(to_hex(established->resumption.view()) == to_hex(scene.vector.bytes("res_master")));
  }
}

TEST_CASE("a ticket with any bit of it or its binder changed is none [RES-5, RES-6]") {
  Scene scene("1302");
  const Bytes ticket = scene.ticket.bytes("ticket");
  const auto at =
      std::search(scene.hello_frame.begin(), scene.hello_frame.end(), ticket.begin(), ticket.end());
  REQUIRE(at != scene.hello_frame.end());
  const auto first = static_cast<std::size_t>(at - scene.hello_frame.begin());
  const auto check_bits = [&](std::size_t begin, std::size_t size) {
    for (std::size_t bit = begin * 8; bit < (begin + size) * 8; ++bit) {
      scene.hello_frame[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      if (scene.opened()) FAIL("bit " << bit);
      scene.hello_frame[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    }
  };
  check_bits(first, ticket.size());
  check_bits(scene.hello_frame.size() - wire::kBinderSize, wire::kBinderSize);
  CHECK(scene.opened());
}

TEST_CASE("the binder covers the whole hello [RES-5]") {
  Scene scene("1303");
  scene.hello_frame[60] ^= 1;  // somewhere in its parameters or its random
  if (const auto hello = wire::parse_client_hello(body_of(scene.hello_frame))) {
    CHECK_FALSE(scene.opened());
  }
}

TEST_CASE("a ticket is none before it was made, after its life, or for another server [RES-6]") {
  Scene scene("1302");
  CHECK(scene.opened(Instant(1000s)));
  CHECK_FALSE(scene.opened(Instant(1000s - 1ms)));
  CHECK(scene.opened(Instant(1000s + 24h - 1ms)));
  CHECK_FALSE(scene.opened(Instant(1000s + 24h)));
  SeededRandom random(3);
  scene.config.identity = Identity::generate(random);
  CHECK_FALSE(scene.opened());
}

TEST_CASE("a server that does not resume takes no ticket") {
  Scene scene("1302");
  scene.config.resumption.enabled = false;
  CHECK_FALSE(scene.opened());
}
