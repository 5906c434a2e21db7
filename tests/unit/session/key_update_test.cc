// SPDX-License-Identifier: MIT
//
// The machine of three keys: what an opener takes in which order, and who may start a phase.
#include <catch2/catch.hpp>
#include <vector>

#include "session/key_update.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace std::chrono_literals;

namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr Instant kStart{1000s};
constexpr Duration kPto = 100ms;

crypto::PacketKeys keys(crypto::PacketCipher& cipher) {
  crypto::Secret traffic;
  traffic.writable()[0] = 42;
  return crypto::derive_packet_keys(CipherSuite::kAes256Gcm, traffic, cipher.next_serial());
}

/// A packet and the phase it was sealed in.
struct Sealed {
  Buffer bytes;
  std::uint64_t number = 0;
  std::uint64_t phase = 0;
};

Sealed seal(PacketSealer& sealer) {
  Sealed sealed{Buffer(wire::kMinShortPacket), sealer.next_number(), sealer.phase()};
  base::ByteWriter writer(sealed.bytes);
  sealer.begin(writer);
  writer.write_u8(1);
  sealer.finish(sealed.bytes);
  return sealed;
}

/// Both directions of one side, and the rules.
struct Side {
  explicit Side(crypto::PacketCipher& cipher, KeyUpdateLimits limits = {.packets = 16})
      : opener(cipher, keys(cipher)),
        sealer(cipher, keys(cipher), ConnectionId{}),
        rules(opener, sealer, limits, kStart) {}

  /// True if the packet opened and was permitted.
  bool take(const Sealed& sealed, Instant now = kStart) {
    Buffer copy = sealed.bytes;
    const auto opened = opener.open(copy);
    if (!opened || !rules.permitted(*opened)) return false;
    rules.record(now, kPto, *opened);
    return true;
  }

  PacketOpener opener;
  PacketSealer sealer;
  KeyUpdate rules;
};

}  // namespace

TEST_CASE("both sides derive the same keys again and again [KU-1, KU-2, KU-3]") {
  crypto::PacketCipher cipher;
  PacketSealer sealer(cipher, keys(cipher), ConnectionId{});
  PacketOpener opener(cipher, keys(cipher));
  for (std::uint64_t phase = 0; phase < 1000; ++phase) {
    for (int i = 0; i < 3; ++i) {
      Sealed sealed = seal(sealer);
      const auto opened = opener.open(sealed.bytes);
      REQUIRE(opened);
      REQUIRE(opened->phase == phase);
      REQUIRE(opened->number == 3 * phase + static_cast<std::uint64_t>(i));
      opener.record(*opened);
    }
    sealer.update();
  }
}

TEST_CASE("packets around updates open in every order in which they can come [KU-2, KU-3]") {
  // Two packets of each of four phases: whatever order the network delivers them in, a packet
  // opens exactly if its phase is the receiver's current one, the next, or the one before.
  crypto::PacketCipher cipher;
  PacketSealer sealer(cipher, keys(cipher), ConnectionId{});
  std::vector<Sealed> packets;
  for (int phase = 0; phase < 4; ++phase) {
    packets.push_back(seal(sealer));
    packets.push_back(seal(sealer));
    sealer.update();
  }
  std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5, 6, 7};
  std::size_t orders = 0;
  do {
    PacketOpener opener(cipher, keys(cipher));
    std::uint64_t current = 0;
    bool as_expected = true;
    for (const std::size_t index : order) {
      const Sealed& sealed = packets[index];
      Buffer copy = sealed.bytes;
      const auto opened = opener.open(copy);
      const bool in_reach = sealed.phase <= current + 1 && current <= sealed.phase + 1;
      as_expected = as_expected && opened.has_value() == in_reach;
      if (!opened) continue;
      as_expected = as_expected && opened->phase == sealed.phase &&
                    opened->number == sealed.number && !opener.out_of_order(*opened);
      opener.record(*opened);
      current = std::max(current, sealed.phase);
    }
    if (!as_expected) {
      std::string shown;
      for (const std::size_t index : order) shown += std::to_string(index) + " ";
      FAIL("order " << shown);
    }
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 40320);
}

TEST_CASE("a packet of the old phase with a number of the new one does not open [KU-8]") {
  crypto::PacketCipher cipher;
  PacketSealer honest(cipher, keys(cipher), ConnectionId{});
  PacketSealer stale(cipher, keys(cipher), ConnectionId{}, 5);
  PacketOpener opener(cipher, keys(cipher));
  honest.update();
  while (honest.next_number() < 4) seal(honest);
  Sealed first = seal(honest);  // number 4 of phase 1
  const auto opened = opener.open(first.bytes);
  REQUIRE(opened);
  opener.record(*opened);
  Sealed late = seal(stale);  // number 5 of phase 0
  CHECK_FALSE(opener.open(late.bytes));
  PacketSealer earlier(cipher, keys(cipher), ConnectionId{}, 3);
  Sealed fine = seal(earlier);
  CHECK(opener.open(fine.bytes));
}

TEST_CASE("new keys under a smaller number than the old ones are an error [KU-8]") {
  crypto::PacketCipher cipher;
  Side side(cipher);
  side.rules.on_ack_sent();
  PacketSealer old_keys(cipher, keys(cipher), ConnectionId{}, 9);
  REQUIRE(side.take(seal(old_keys)));
  PacketSealer new_keys(cipher, keys(cipher), ConnectionId{}, 8);
  new_keys.update();
  const Sealed wrong = seal(new_keys);
  CHECK_FALSE(side.take(wrong));
  CHECK(side.opener.phase() == 0);
  PacketSealer right(cipher, keys(cipher), ConnectionId{}, 10);
  right.update();
  CHECK(side.take(seal(right)));
}

TEST_CASE("who initiates waits for an acknowledgement in the phase and three PTO [KU-5]") {
  crypto::PacketCipher cipher;
  Side side(cipher);
  using Due = KeyUpdate::Due;
  for (int i = 0; i < 15; ++i) seal(side.sealer);
  CHECK(side.rules.due(kStart, kPto) == Due::kNo);
  seal(side.sealer);
  CHECK(side.rules.due(kStart, kPto) == Due::kNeedsAck);
  CHECK(side.rules.on_ack(kStart + 1s, 3, 0));
  CHECK(side.rules.due(kStart + 1s + 3 * kPto - Duration(1), kPto) == Due::kNo);
  CHECK(side.rules.due(kStart + 1s + 3 * kPto, kPto) == Due::kYes);
  side.rules.start(kStart + 2s);
  CHECK(side.sealer.phase() == 1);
  CHECK(side.rules.due(kStart + 2s, kPto) == Due::kNo);
  for (int i = 0; i < 16; ++i) seal(side.sealer);
  CHECK(side.rules.on_ack(kStart + 3s, 15, 0));  // nothing of the new phase yet
  CHECK(side.rules.due(kStart + 10s, kPto) == Due::kNeedsAck);
}

TEST_CASE("bytes and age make keys old as well [KU-5]") {
  using Due = KeyUpdate::Due;
  crypto::PacketCipher cipher;
  Side by_bytes(cipher, {.packets = 1000, .bytes = 90});
  for (int i = 0; i < 2; ++i) seal(by_bytes.sealer);
  CHECK(by_bytes.rules.due(kStart, kPto) == Due::kNo);
  seal(by_bytes.sealer);
  CHECK(by_bytes.rules.due(kStart, kPto) == Due::kNeedsAck);
  Side by_age(cipher, {.age = 10s});
  CHECK(by_age.rules.due(kStart + 10s - Duration(1), kPto) == Due::kNo);
  CHECK(by_age.rules.due(kStart + 10s, kPto) == Due::kNeedsAck);
}

TEST_CASE("the other side follows with its next packet and may then lead [KU-4]") {
  crypto::PacketCipher cipher;
  Side first(cipher);
  Side second(cipher);
  REQUIRE(second.take(seal(first.sealer)));
  second.rules.on_ack_sent();
  first.rules.start(kStart);
  REQUIRE(second.take(seal(first.sealer)));
  CHECK(second.sealer.phase() == 1);
  REQUIRE(first.take(seal(second.sealer)));
  CHECK(first.sealer.phase() == 1);
  // Both at once is one update, not two.
  first.rules.on_ack_sent();
  second.rules.on_ack_sent();
  first.rules.start(kStart);
  second.rules.start(kStart);
  REQUIRE(second.take(seal(first.sealer)));
  REQUIRE(first.take(seal(second.sealer)));
  CHECK(first.sealer.phase() == 2);
  CHECK(second.sealer.phase() == 2);
}

TEST_CASE("a second update before an acknowledgement in the first phase is refused [KU-6]") {
  crypto::PacketCipher cipher;
  Side victim(cipher);
  PacketSealer hasty(cipher, keys(cipher), ConnectionId{});
  REQUIRE(victim.take(seal(hasty)));
  hasty.update();
  const Sealed too_early = seal(hasty);
  CHECK_FALSE(victim.take(too_early));
  victim.rules.on_ack_sent();
  CHECK(victim.take(too_early));
  hasty.update();
  const Sealed again = seal(hasty);
  CHECK_FALSE(victim.take(again));
  victim.rules.on_ack_sent();
  CHECK(victim.take(again));
}

TEST_CASE("a peer that acknowledges new keys with old ones is at fault [KU-7]") {
  crypto::PacketCipher cipher;
  Side side(cipher);
  seal(side.sealer);
  side.rules.start(kStart);
  seal(side.sealer);
  CHECK(side.rules.on_ack(kStart, 0, 0));
  CHECK_FALSE(side.rules.on_ack(kStart, 1, 0));
  CHECK(side.rules.on_ack(kStart, 1, 1));
}

TEST_CASE("late packets of the phase before are read for three PTO, then no more [KU-3]") {
  crypto::PacketCipher cipher;
  Side side(cipher);
  PacketSealer peer(cipher, keys(cipher), ConnectionId{});
  const Sealed late = seal(peer);
  const Sealed later = seal(peer);
  side.rules.on_ack_sent();
  peer.update();
  REQUIRE(side.take(seal(peer)));
  side.rules.forget_old(kStart + 3 * kPto - Duration(1));
  CHECK(side.take(late));
  side.rules.forget_old(kStart + 3 * kPto);
  CHECK_FALSE(side.take(later));
}
