// SPDX-License-Identifier: MIT
#include "endpoint/ticket_keys.h"

#include <catch2/catch.hpp>
#include <set>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::endpoint;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

const Buffer kState = {1, 2, 3, 4};

/// A ring whose first use is at kStart.
struct Ring {
  SeededRandom random{5};
  TicketKeyRing keys{random};
  Buffer ticket = keys.seal(kStart, kState);
  bool opens_at(Instant when) { return keys.open(when, ticket) == kState; }
};

}  // namespace

TEST_CASE("a ticket opens until the key after its own is replaced") {
  CHECK(Ring().opens_at(kStart));
  CHECK(Ring().opens_at(kStart + 12h - 1ns));
  CHECK(Ring().opens_at(kStart + 12h));
  CHECK(Ring().opens_at(kStart + 24h - 1ns));
  CHECK_FALSE(Ring().opens_at(kStart + 24h));

  Ring used;  // at 12 h a new key comes, at 24 h the one after that
  CHECK(used.opens_at(kStart + 13h));
  const Buffer second = used.keys.seal(kStart + 13h, kState);
  CHECK(used.opens_at(kStart + 25h - 1ns));
  CHECK_FALSE(used.opens_at(kStart + 25h));
  CHECK(used.keys.open(kStart + 25h, second) == kState);
}

TEST_CASE("the same state never gives the same ticket") {
  Ring ring;
  std::set<Buffer> tickets;
  for (int i = 0; i < 100; ++i) tickets.insert(ring.keys.seal(kStart, kState));
  CHECK(tickets.size() == 100);
}

TEST_CASE("rings do not take each other's tickets, nor what is none") {
  Ring ring;
  SeededRandom random(6);
  TicketKeyRing other(random);
  CHECK_FALSE(other.open(kStart, ring.ticket));
  CHECK_FALSE(ring.keys.open(kStart, {}));
  CHECK_FALSE(ring.keys.open(kStart, Buffer(600, 0)));
  Buffer changed = ring.ticket;
  changed[40] ^= 1;
  CHECK_FALSE(ring.keys.open(kStart, changed));
}
