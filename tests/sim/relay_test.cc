// SPDX-License-Identifier: MIT
//
// The story of an attacker in the middle, who gets every datagram of client and server and may
// answer whatever it likes. Whatever it puts in place of anything, no client is ever connected
// through it; all it can do is keep quiet or pass on what it does not understand.
#include <catch2/catch.hpp>

#include "support/world.h"
#include "unit/endpoint/crafted_hello.h"
#include "unit/session/flight_forge.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

const PeerAddress kMiddle = PeerAddress::v4({203, 0, 113, 66}, 6666);

/// The client thinks that the attacker is the server, and the server that it is the client.
class Relay {
 public:
  Relay(World& world, Node& client, Node& server)
      : world_(world), client_(client.address), server_(server.address) {
    world.network.observer = [this](const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
      if (to != kMiddle) return;
      const Buffer copy(bytes.begin(), bytes.end());
      if (from == client_) on_client(copy);
      if (from == server_) on_server(copy);
    };
  }
  virtual ~Relay() = default;

 protected:
  virtual void on_client(const Buffer& datagram) { to_server(datagram); }
  virtual void on_server(const Buffer& datagram) { to_client(datagram); }
  void to_client(Bytes bytes) { world_.network.send(world_.now(), kMiddle, client_, bytes); }
  void to_server(Bytes bytes) { world_.network.send(world_.now(), kMiddle, server_, bytes); }

  World& world_;

 private:
  PeerAddress client_, server_;
};

/// Answers with its own keys throughout, as if it were the server.
class Impostor : public Relay {
 public:
  using Relay::Relay;
  void on_client(const Buffer& datagram) override {
    if (datagram.size() == 1200) to_client(forge_.answer(datagram));
  }

 private:
  FlightForge forge_{66};
};

/// Does a handshake of its own with the server, and puts what the server says and signs there into
/// an answer that only it could have sealed for the client.
class KeySwapper : public Relay {
 public:
  using Relay::Relay;

  void on_client(const Buffer& datagram) override {
    if (datagram.size() != 1200) return;
    clients_hello_ = datagram;
    to_server(mine_.datagram());
  }

  void on_server(const Buffer& datagram) override {
    Buffer copy = datagram;
    MutableBytes rest = copy;
    bool malformed = false;
    const auto initial = wire::next_packet(rest, malformed);
    const auto sealed = wire::next_packet(rest, malformed);
    if (!initial || !sealed || initial->type != wire::PacketType::kInitial) return;
    base::ByteReader reader(initial->bytes.subspan(initial->pn_offset));
    const auto hello_message = wire::next_message(reader);
    const auto hello = wire::parse_server_hello(hello_message->body);
    REQUIRE(hello);

    SeededRandom random(kSeed);
    random.fill_public(mine_.hello.random);  // the share comes behind it, as in CraftedHello
    const auto shared = crypto::X25519Key::generate(random).agree(hello->public_key);
    REQUIRE(shared);
    crypto::Transcript hellos;
    hellos.add(message(wire::MessageType::kClientHello, mine_.body()));
    hellos.add(hello_message->frame);
    const auto secrets = session::handshake_secrets(*shared, hellos.digest());
    crypto::PacketCipher cipher;
    const auto keys = crypto::derive_packet_keys(static_cast<CipherSuite>(hello->cipher_suite),
                                                 secrets.server_traffic, cipher.next_serial());
    const auto flight =
        session::open_handshake_packet(cipher, keys, session::kFlightNumber, sealed->bytes);
    REQUIRE(flight);  // the attacker can read what the server told it
    base::ByteReader messages(*flight);
    const auto params = wire::next_message(messages);
    const auto verify = wire::next_message(messages);
    forge_.hello = *hello;
    forge_.hello.public_key = FlightForge(kSeed).hello.public_key;
    forge_.params = *wire::parse_server_params(params->body);
    crypto::Signature signature{};
    std::copy(verify->body.begin(), verify->body.end(), signature.begin());
    forge_.signature = signature;
    to_client(forge_.answer(clients_hello_));
    ++forged_;
  }

  int forged() const { return forged_; }

 private:
  static constexpr std::uint64_t kSeed = 67;
  CraftedHello mine_{kSeed};
  FlightForge forge_{kSeed};
  Buffer clients_hello_;
  int forged_ = 0;
};

/// Passes everything on with one byte of each hello and answer changed.
class Meddler : public Relay {
 public:
  Meddler(World& world, Node& client, Node& server, std::size_t place)
      : Relay(world, client, server), place_(place) {}
  void on_client(const Buffer& datagram) override { to_server(changed(datagram)); }
  void on_server(const Buffer& datagram) override { to_client(changed(datagram)); }

 private:
  Buffer changed(Buffer datagram) const {
    if (place_ < datagram.size()) datagram[place_] ^= 0x01;
    return datagram;
  }
  std::size_t place_;
};

/// What became of a client that believes the attacker's address to be the server's.
struct Victim {
  World world{41};
  Node& server = world.add_server();
  Node& node = world.add_client();
  SessionHandle session;
  std::unique_ptr<Relay> relay;

  template <class Attack, class... Args>
  Attack& under(Args... args) {
    auto attack = std::make_unique<Attack>(world, node, server, args...);
    Attack& result = *attack;
    relay = std::move(attack);
    const ConnectOptions options{
        .remote = kMiddle, .trust = world.trust(), .identity = {}, .session = {}};
    session = node.endpoint->connect(world.now(), options).value();
    world.run_for(9s);
    return result;
  }
  bool connected() const { return node.saw(EventKind::kConnected); }
};

}  // namespace

TEST_CASE("relay: with a key of its own the attacker is found out [HS-16]") {
  Victim victim;
  victim.under<Impostor>();
  CHECK_FALSE(victim.connected());
  CHECK(victim.node.saw(EventKind::kClosed));
  CHECK(victim.server.endpoint->stats().datagrams_received == 0);
}

TEST_CASE("relay: what the server signed for the attacker is worth nothing to the client [HS-15]") {
  Victim victim;
  const KeySwapper& attack = victim.under<KeySwapper>();
  CHECK(attack.forged() == 5);  // one for every hello
  CHECK_FALSE(victim.connected());
  CHECK_FALSE(victim.node.saw(EventKind::kClosed));  // forgeries change nothing, so it still waits
  CHECK(victim.server.endpoint->session_count() == 0);
  victim.world.run_for(2s);
  CHECK(victim.node.endpoint->stats().handshakes_failed == 1);
}

TEST_CASE("relay: no byte of the handshake can be changed on the way") {
  // Places in ClientHello, ServerHello and the sealed flight; the last is not in the hello's
  // packet.
  for (const std::size_t place :
       {3u, 10u, 15u, 22u, 24u, 60u, 100u, 150u, 199u, 250u, 300u, 560u}) {
    INFO("place " << place);
    Victim victim;
    victim.under<Meddler>(place);
    CHECK_FALSE(victim.connected());
    CHECK(victim.server.endpoint->session_count() == 0);
  }
}

TEST_CASE("relay: who passes everything on unchanged is a wire, and sees no plaintext") {
  Victim victim;
  victim.under<Relay>();
  CHECK(victim.connected());
  CHECK(victim.server.endpoint->session_count() == 1);
  const auto stream = victim.node.endpoint->open_stream(victim.session, {.service = "s3cret-name"});
  REQUIRE(stream);
  const std::string text = "nobody else may read this";
  bool seen = false;
  const auto pass_on = victim.world.network.observer;
  victim.world.network.observer = [&](const PeerAddress& from, const PeerAddress& to, Bytes bytes) {
    const std::string_view wire = as_text(bytes);
    seen = seen || wire.find(text) != std::string_view::npos ||
           wire.find("s3cret-name") != std::string_view::npos;
    pass_on(from, to, bytes);
  };
  REQUIRE(victim.node.endpoint->send(victim.session, *stream, as_bytes(text)));
  CHECK(victim.world.run_until([&] { return victim.server.saw(EventKind::kReadable); }, 1s));
  CHECK_FALSE(seen);
}
