// SPDX-License-Identifier: MIT
//
// What a client says of its ticket, and which answers to it it takes.
#include <catch2/catch.hpp>

#include "crypto/resumption.h"
#include "flight_forge.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;
using namespace std::chrono_literals;
using Outcome = ClientHandshake::Outcome;

namespace {

constexpr Instant kStart{1000s};

/// A client with a ticket of the server that is forged here.
struct Offer {
  Offer() {
    ticket.encrypted_state = Buffer(168, 0x54);
    ticket.created_at = kStart - 7s;
    ticket.lifetime = 1h;
    ticket.server = forge.identity.public_key();
    ticket.psk.fill(0x33);
    ticket.age_add = 0xfffffff0;
    ticket.early_data_max = 16384;
    ticket.max_data = 1 << 20;
    ticket.max_stream_data = 1 << 18;
    ticket.max_streams = 100;
    ticket.message_bytes_max = 1 << 18;
    forge.psk.assign(ticket.psk.begin(), ticket.psk.end());
    forge.hello.psk = true;
  }
  void start() {
    ClientHandshake::Setup setup{.remote = {},
                                 .config = {},
                                 .trust = trust ? *trust : forge.trust(),
                                 .identity = {},
                                 .local_id = {},
                                 .give_up_after = 10s,
                                 .ticket = ticket};
    random.fill_public(setup.local_id.bytes);
    client.emplace(kStart, std::move(setup), cipher, random);
    const Bytes bytes = client->take_hello();
    hello.assign(bytes.begin(), bytes.end());
  }
  wire::ClientHello parsed_hello(Buffer* frame = nullptr) {
    Buffer copy = hello;
    MutableBytes rest = copy;
    bool malformed = false;
    const auto packet = wire::next_packet(rest, malformed);
    base::ByteReader reader(packet->bytes.subspan(packet->pn_offset));
    const auto message = wire::next_message(reader);
    if (frame != nullptr) frame->assign(message->frame.begin(), message->frame.end());
    return wire::parse_client_hello(message->body).value();
  }
  Outcome answer() {
    start();
    Buffer datagram = forge.answer(hello);
    return client->handle_datagram(datagram);
  }

  FlightForge forge;
  SessionTicket ticket;
  std::optional<Trust> trust;
  SeededRandom random{4};
  crypto::PacketCipher cipher;
  std::optional<ClientHandshake> client;
  Buffer hello;
};

}  // namespace

TEST_CASE("a hello has the ticket, its hidden age and a binder over all of it [RES-11, KEY-11]") {
  Offer offer;
  offer.start();
  CHECK(offer.hello.size() == wire::kMinHelloDatagram);
  Buffer frame;
  const wire::ClientHello hello = offer.parsed_hello(&frame);
  REQUIRE(hello.ticket);
  CHECK(Buffer(hello.ticket->begin(), hello.ticket->end()) == offer.ticket.encrypted_state);
  CHECK(hello.ticket_age == 7000u - 16u);  // modulo 2^32
  const auto early = crypto::early_secret(offer.ticket.psk);
  const auto truncated = crypto::sha256(Bytes(frame).first(frame.size() - 32));
  CHECK(to_hex(*hello.binder) == to_hex(crypto::binder_mac(early, truncated)));
  CHECK(to_hex(offer.client->early_traffic().view()) ==
        to_hex(crypto::early_traffic_secret(early, crypto::sha256(frame)).view()));
}

TEST_CASE("the largest ticket still fits the hello's datagram") {
  Offer offer;
  offer.ticket.encrypted_state.resize(wire::kTicketSizeMax);
  offer.start();
  CHECK(offer.parsed_hello().ticket->size() == wire::kTicketSizeMax);
}

TEST_CASE("a client resumes with the server that has its key, or does without [RES-7]") {
  Offer offer;
  REQUIRE(offer.answer() == Outcome::kEstablished);
  CHECK(offer.client->established().resumed);
  CHECK_FALSE(offer.client->established().early_accepted);
  Offer without;
  without.forge.psk.clear();
  without.forge.hello.psk = false;
  REQUIRE(without.answer() == Outcome::kEstablished);
  CHECK_FALSE(without.client->established().resumed);
}

TEST_CASE("a server that uses a ticket has its key and is the one that gave it [RES-9]") {
  Offer wrong_key;
  wrong_key.forge.psk[0] ^= 1;
  CHECK(wrong_key.answer() == Outcome::kIgnored);
  Offer other;
  SeededRandom random(77);
  const Identity giver = Identity::generate(random);
  other.ticket.server = giver.public_key();
  other.trust =
      Trust::pins({Pin::of(giver.public_key()), Pin::of(other.forge.identity.public_key())});
  CHECK(other.answer() == Outcome::kIgnored);
}

TEST_CASE("early data is only accepted under the ticket's terms [RES-9]") {
  Offer fine;
  fine.forge.params.early_accepted = true;
  REQUIRE(fine.answer() == Outcome::kEstablished);
  CHECK(fine.client->established().early_accepted);

  const auto refused = [](auto change) {
    Offer offer;
    offer.forge.params.early_accepted = true;
    change(offer);
    return offer.answer() == Outcome::kIgnored;
  };
  CHECK(refused([](Offer& o) {
    o.forge.psk.clear();
    o.forge.hello.psk = false;
  }));
  CHECK(refused([](Offer& o) { o.ticket.suite = CipherSuite::kChaCha20Poly1305; }));
  CHECK(refused([](Offer& o) { o.ticket.early_data_max = 0; }));
  CHECK(refused([](Offer& o) { --o.forge.params.params.max_data; }));
  CHECK(refused([](Offer& o) { --o.forge.params.params.max_stream_data; }));
  CHECK(refused([](Offer& o) { --o.forge.params.params.max_streams; }));
  CHECK(refused([](Offer& o) { --o.forge.params.params.message_bytes_max; }));
}
