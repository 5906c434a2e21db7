// SPDX-License-Identifier: MIT
//
// The 1-RTT packets of one direction, from sealer to opener.
#include <catch2/catch.hpp>
#include <vector>

#include "session/packet_opener.h"
#include "session/packet_sealer.h"
#include "vectors/vectors.h"

using namespace jetstream;
using namespace jetstream::session;

namespace {

using Buffer = std::vector<std::uint8_t>;

const ConnectionId kPeer{{1, 2, 3, 4, 5, 6, 7, 8}};

crypto::PacketKeys keys(crypto::PacketCipher& cipher, CipherSuite suite) {
  crypto::Secret traffic;
  traffic.writable()[0] = 42;
  return crypto::derive_packet_keys(suite, traffic, cipher.next_serial());
}

/// One direction: what the sealer sends, the opener gets.
struct Direction {
  explicit Direction(CipherSuite suite = CipherSuite::kAes256Gcm, std::uint64_t first_number = 0,
                     std::uint64_t failures = 0)
      : sealer(cipher, keys(cipher, suite), kPeer, first_number),
        opener(cipher, keys(cipher, suite), failures) {}

  Buffer seal(Bytes payload) {
    Buffer packet(wire::kShortHeaderSize + payload.size() + wire::kTagSize);
    base::ByteWriter writer(packet);
    sealer.begin(writer);
    writer.write_bytes(payload);
    sealer.finish(packet);
    return packet;
  }
  /// What becomes of a copy of `packet`: its number, or why it was dropped.
  Result<std::uint64_t, DropReason> open(Buffer packet) {
    const auto opened = opener.open(packet);
    if (!opened) return unexpected(opened.error());
    return opened->number;
  }

  crypto::PacketCipher cipher;
  PacketSealer sealer;
  PacketOpener opener;
};

const Buffer kPing = {1};

/// A packet with header bits a correct sender never sets.
Buffer seal_with_flags(crypto::PacketCipher& cipher, const crypto::PacketKeys& with,
                       std::uint8_t flags) {
  Buffer packet(wire::kMinShortPacket);
  base::ByteWriter writer(packet);
  wire::write_short_header(writer, kPeer, 0);
  writer.write_u8(1);
  packet[0] = flags;
  cipher.seal(with, 0, packet, wire::kShortHeaderSize);
  return packet;
}

DropReason reason_of_drop(const Result<std::uint64_t, DropReason>& opened) {
  REQUIRE_FALSE(opened.has_value());
  return opened.error();
}

}  // namespace

TEST_CASE("packets are numbered one by one and come out as they went in [PKT-9]") {
  for (const CipherSuite suite : {CipherSuite::kAes256Gcm, CipherSuite::kChaCha20Poly1305}) {
    Direction direction(suite);
    for (std::uint64_t number = 0; number < 100; ++number) {
      CHECK(direction.sealer.next_number() == number);
      Buffer packet = direction.seal(kPing);
      CHECK(std::equal(kPeer.bytes.begin(), kPeer.bytes.end(), packet.begin() + 1));
      const auto opened = direction.opener.open(packet);
      REQUIRE(opened);
      CHECK(opened->number == number);
      CHECK(Buffer(opened->payload.begin(), opened->payload.end()) == kPing);
      direction.opener.record({.number = number});
    }
  }
}

TEST_CASE("the packet beyond 2^32 is that of the vectors [PKT-9, PKT-10, PKT-12, PKT-13]") {
  for (const auto& [name, suite] : {std::pair("packet number 1303", CipherSuite::kChaCha20Poly1305),
                                    std::pair("packet number 1302", CipherSuite::kAes256Gcm)}) {
    const auto& vector = test::Vectors::load().section(name);
    crypto::PacketCipher cipher;
    crypto::Secret traffic;
    const Bytes secret = vector.bytes("secret");
    std::copy(secret.begin(), secret.end(), traffic.writable().begin());
    ConnectionId destination;
    std::copy_n(vector.bytes("short.header").begin() + 1, 8, destination.bytes.begin());
    PacketSealer sealer(cipher, crypto::derive_packet_keys(suite, traffic, cipher.next_serial()),
                        destination, vector.number("short.pn"));
    const Bytes plaintext = vector.bytes("short.plaintext");
    Buffer packet(wire::kShortHeaderSize + plaintext.size() + wire::kTagSize);
    base::ByteWriter writer(packet);
    sealer.begin(writer);
    writer.write_bytes(plaintext);
    sealer.finish(packet);
    CHECK(to_hex(packet) == to_hex(vector.bytes("short.packet")));

    PacketOpener opener(cipher, crypto::derive_packet_keys(suite, traffic, cipher.next_serial()));
    Buffer unseen = packet;
    CHECK(opener.open(unseen).error() == DropReason::kAuthentication);
    opener.record({.number = vector.number("largest_seen")});
    const auto opened = opener.open(packet);
    REQUIRE(opened);
    CHECK(opened->number == vector.number("short.pn"));
  }
}

TEST_CASE("a packet of fewer than 30 bytes is not read [PKT-6]") {
  Direction direction;
  Buffer packet = direction.seal(Buffer{});
  REQUIRE(packet.size() == wire::kMinShortPacket - 1);
  CHECK(reason_of_drop(direction.open(packet)) == DropReason::kTooShort);
  CHECK(direction.open(direction.seal(kPing)).value() == 1);
}

TEST_CASE("no bit of a packet can change and nothing is remembered of a forgery [PKT-14]") {
  Direction direction;
  const Buffer packet = direction.seal(kPing);
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Buffer forged = packet;
    forged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    REQUIRE(reason_of_drop(direction.open(forged)) == DropReason::kAuthentication);
  }
  CHECK(direction.open(packet).value() == 0);
}

TEST_CASE("a copy is a duplicate once the packet was taken, and after the AEAD [PKT-11]") {
  Direction direction;
  const Buffer packet = direction.seal(kPing);
  CHECK(direction.open(packet).value() == 0);
  CHECK(direction.open(packet).value() == 0);  // not recorded, so it may come again
  direction.opener.record({.number = 0});
  CHECK(reason_of_drop(direction.open(packet)) == DropReason::kDuplicate);
  Buffer forged = packet;
  forged.back() ^= 1;
  CHECK(reason_of_drop(direction.open(forged)) == DropReason::kAuthentication);
}

TEST_CASE("a packet 4 096 below the largest is too old, one above that is not [PKT-11]") {
  Direction direction;
  const Buffer zero = direction.seal(kPing);
  const Buffer one = direction.seal(kPing);
  while (direction.sealer.next_number() < 4096) direction.seal(kPing);
  const Buffer largest = direction.seal(kPing);
  REQUIRE(direction.open(largest).value() == 4096);
  direction.opener.record({.number = 4096});
  CHECK(reason_of_drop(direction.open(zero)) == DropReason::kDuplicate);
  CHECK(direction.open(one).value() == 1);
}

TEST_CASE("reserved bits are refused, but only after the AEAD [PKT-16]") {
  for (const CipherSuite suite : {CipherSuite::kAes256Gcm, CipherSuite::kChaCha20Poly1305}) {
    crypto::PacketCipher cipher;
    const auto sending = keys(cipher, suite);
    for (const int bit : {0x01, 0x02, 0x04, 0x08, 0x10}) {
      PacketOpener opener(cipher, keys(cipher, suite));
      Buffer packet = seal_with_flags(cipher, sending, static_cast<std::uint8_t>(0x40 | bit));
      Buffer forged = packet;
      forged.back() ^= 1;
      CHECK(opener.open(forged).error() == DropReason::kAuthentication);
      CHECK(opener.open(packet).error() == DropReason::kMalformed);
    }
    PacketOpener opener(cipher, keys(cipher, suite));
    Buffer packet = seal_with_flags(cipher, sending, 0x40);
    CHECK(opener.open(packet));
  }
}

TEST_CASE("the number is guessed once: a packet 2^31 ahead does not open [PKT-15]") {
  Direction near(CipherSuite::kAes256Gcm, (std::uint64_t{1} << 31));
  CHECK(near.open(near.seal(kPing)).value() == std::uint64_t{1} << 31);
  // The same low 32 bits, but the number that they stand for was not the nearest.
  Direction far(CipherSuite::kAes256Gcm, (std::uint64_t{1} << 32) + 5);
  CHECK(reason_of_drop(far.open(far.seal(kPing))) == DropReason::kAuthentication);
}

TEST_CASE("an AES key is used up before 2^23 packets, and CLOSE still fits [LIM-1]") {
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 23;
  const auto reached = [](std::uint64_t next, CipherSuite suite) {
    return Direction(suite, next).sealer.confidentiality_limit_reached();
  };
  // A train of 65 000 bytes has 54 datagrams; CLOSE goes out once and then once for every doubling.
  constexpr std::uint64_t kLongestTrain = 65000 / 1200;
  CHECK_FALSE(reached(0, CipherSuite::kAes256Gcm));
  CHECK_FALSE(reached(kLimit - 129, CipherSuite::kAes256Gcm));
  CHECK(reached(kLimit - 128, CipherSuite::kAes256Gcm));
  CHECK(reached(kLimit - kLongestTrain - 1 - 64, CipherSuite::kAes256Gcm));
  CHECK_FALSE(reached(kLimit, CipherSuite::kChaCha20Poly1305));
}

TEST_CASE("numbers end before 2^62 [LIM-3]") {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 62;
  CHECK_FALSE(
      Direction(CipherSuite::kChaCha20Poly1305, kEnd - 130).sealer.confidentiality_limit_reached());
  CHECK(
      Direction(CipherSuite::kChaCha20Poly1305, kEnd - 129).sealer.confidentiality_limit_reached());
}

TEST_CASE("2^36 forged packets are the end, and not one fewer [LIM-2]") {
  Direction direction(CipherSuite::kAes256Gcm, 0, (std::uint64_t{1} << 36) - 2);
  Buffer packet = direction.seal(kPing);
  Buffer forged = packet;
  forged.back() ^= 1;
  CHECK(reason_of_drop(direction.open(forged)) == DropReason::kAuthentication);
  CHECK_FALSE(direction.opener.integrity_limit_reached());
  CHECK(direction.open(packet).value() == 0);  // success counts nothing
  CHECK_FALSE(direction.opener.integrity_limit_reached());
  CHECK(reason_of_drop(direction.open(forged)) == DropReason::kAuthentication);
  CHECK(direction.opener.integrity_limit_reached());
}
