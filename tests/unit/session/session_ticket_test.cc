// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "crypto/digest.h"
#include "jetstream/ticket.h"
#include "support/raw_peer.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Instant kNow{5000s};

SessionTicket some_ticket() {
  SessionTicket ticket;
  ticket.encrypted_state = Buffer(168, 0x54);
  ticket.ticket_id = crypto::sha256(ticket.encrypted_state);
  ticket.created_at = kNow - 7s;
  ticket.lifetime = 24h;
  ticket.server.fill(0x5e);
  ticket.suite = CipherSuite::kChaCha20Poly1305;
  ticket.psk.fill(0x33);
  ticket.age_add = 0xfffffff0;
  ticket.early_data_max = 16384;
  ticket.max_data = 1048576;
  ticket.max_stream_data = 262144;
  ticket.max_streams = 100;
  ticket.message_bytes_max = 262144;
  return ticket;
}

}  // namespace

TEST_CASE("a ticket comes back from its bytes, as old as it was") {
  const SessionTicket ticket = some_ticket();
  const Buffer bytes = ticket.serialize(kNow);
  constexpr Instant kElsewhere{90s};  // another process, another clock
  const auto back = SessionTicket::parse(bytes, kElsewhere, 3s);
  REQUIRE(back);
  CHECK(kElsewhere - back->created_at == 10s);
  CHECK(back->lifetime == ticket.lifetime);
  CHECK(back->ticket_id == ticket.ticket_id);
  CHECK(back->encrypted_state == ticket.encrypted_state);
  CHECK(back->server == ticket.server);
  CHECK(back->suite == ticket.suite);
  CHECK(back->psk == ticket.psk);
  CHECK(back->age_add == ticket.age_add);
  CHECK(back->early_data_max == 16384);
  CHECK(back->max_streams == 100);
  CHECK(back->serialize(kElsewhere) == SessionTicket::parse(bytes, kNow, 3s)->serialize(kNow));
}

TEST_CASE("a ticket that was kept too long has expired, not wrapped") {
  const Buffer bytes = some_ticket().serialize(kNow);
  CHECK_FALSE(SessionTicket::parse(bytes, kNow, 24h - 8s)->expired(kNow));
  CHECK(SessionTicket::parse(bytes, kNow, 24h - 7s)->expired(kNow));
  CHECK(SessionTicket::parse(bytes, kNow, Duration::max())->expired(kNow));
  CHECK_FALSE(SessionTicket::parse(bytes, kNow, -1ns));
  SessionTicket future = some_ticket();
  CHECK(future.expired(future.created_at - 1ns));
}

TEST_CASE("bytes that are no ticket are refused") {
  const Buffer bytes = some_ticket().serialize(kNow);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (SessionTicket::parse(Bytes(bytes).first(size), kNow)) FAIL("cut to " << size);
  }
  const auto changed = [&](std::size_t at, std::uint8_t value) {
    Buffer copy = bytes;
    copy[at] = value;
    return SessionTicket::parse(copy, kNow);
  };
  CHECK(changed(40, 1));         // any server's key will do here
  CHECK_FALSE(changed(0, 2));    // version
  CHECK_FALSE(changed(1, 1));    // an age of half a million years
  CHECK_FALSE(changed(9, 1));    // a lifetime of as much
  CHECK_FALSE(changed(50, 4));   // suite 0x1304
  CHECK_FALSE(changed(95, 1));   // max_data beyond its range
  CHECK_FALSE(changed(128, 9));  // more state than there is
  Buffer longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(SessionTicket::parse(longer, kNow));
}
