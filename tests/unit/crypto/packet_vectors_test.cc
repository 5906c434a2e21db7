// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "crypto/packet_cipher.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::hex;
using test::section_for;
using test::VectorSection;

namespace {

struct Sample {
  const char* packet;
  const char* keys;
  const char* wrong_keys;
};

constexpr Sample kSamples[] = {
    {"early", "c_early", "c_hs"},         {"first_early", "first_c_early", "c_early"},
    {"server_handshake", "s_hs", "c_hs"}, {"client_handshake", "c_hs", "s_hs"},
    {"client_short", "c_ap0", "s_ap0"},   {"server_short_phase1", "s_ap1", "s_ap0"},
};

PacketKeys keys_of(const VectorSection& section, const std::string& name, CipherSuite suite,
                   PacketCipher& cipher) {
  return derive_packet_keys(suite, Secret(section.bytes(name + ".secret")), cipher.next_serial());
}

/// The keys as the file has them, so that a phase-1 packet gets the header key of phase 0.
PacketKeys stated_keys(const VectorSection& section, const std::string& name, CipherSuite suite,
                       PacketCipher& cipher) {
  PacketKeys keys = keys_of(section, name, suite, cipher);
  keys.hp = Secret(section.bytes(name + ".hp"));
  return keys;
}

/// Unmasks and opens a copy, as a receiver does who expects this packet number.
std::optional<std::vector<std::uint8_t>> opened(PacketCipher& cipher, const PacketKeys& keys,
                                                std::uint64_t pn, Bytes packet,
                                                std::size_t header_size) {
  std::vector<std::uint8_t> copy(packet.begin(), packet.end());
  const auto unmasked = cipher.unmask(keys, copy, header_size);
  // The nearest number to the expected one that ends so; the distance never is 2^31 here.
  const auto difference =
      static_cast<std::int32_t>(unmasked.pn_low - static_cast<std::uint32_t>(pn));
  const std::uint64_t decoded = pn + static_cast<std::uint64_t>(std::int64_t{difference});
  const auto text = cipher.open(keys, decoded, copy, header_size);
  if (!text) return std::nullopt;
  return std::vector<std::uint8_t>(text->begin(), text->end());
}

void check_packet(const VectorSection& section, const std::string& name, PacketCipher& cipher,
                  const PacketKeys& keys, const PacketKeys& wrong) {
  INFO(name);
  const std::uint64_t pn = section.number(name + ".pn");
  const Bytes header = section.bytes(name + ".header");
  const Bytes text = section.bytes(name + ".plaintext");
  const Bytes packet = section.bytes(name + ".packet");
  const Bytes mask = section.bytes(name + ".mask");

  std::vector<std::uint8_t> sealed(header.begin(), header.end());
  sealed.insert(sealed.end(), text.begin(), text.end());
  sealed.resize(sealed.size() + 16);
  cipher.seal(keys, pn, sealed, header.size());
  CHECK(hex(sealed) == hex(packet));

  const auto unmasked = cipher.unmask(keys, sealed, header.size());
  CHECK(unmasked.flags == header[0]);
  CHECK(unmasked.pn_low == static_cast<std::uint32_t>(pn));
  CHECK(hex(Bytes(sealed).first(header.size())) == hex(header));
  const int protected_flags = (packet[0] & 0x80) != 0 ? 0x0f : 0x3f;
  CHECK((packet[0] ^ header[0]) == (mask[0] & protected_flags));
  const auto plain = cipher.open(keys, pn, sealed, header.size());
  REQUIRE(plain.has_value());
  CHECK(hex(*plain) == hex(text));
  CHECK(plain->data() == sealed.data() + header.size());

  CHECK(opened(cipher, keys, pn, packet, header.size()).has_value());
  CHECK_FALSE(opened(cipher, wrong, pn, packet, header.size()).has_value());
  std::vector<std::uint8_t> flipped(packet.begin(), packet.end());
  std::size_t accepted = 0;
  for (std::size_t bit = 0; bit < 8 * flipped.size(); ++bit) {
    const auto flip = static_cast<std::uint8_t>(1 << bit % 8);
    flipped[bit / 8] ^= flip;
    if (opened(cipher, keys, pn, flipped, header.size())) ++accepted;
    flipped[bit / 8] ^= flip;
  }
  CHECK(accepted == 0);
}

}  // namespace

TEST_CASE("every packet of the vectors is sealed so, opens, and no bit of it can change") {
  for (const CipherSuite suite : test::kSuites) {
    for (const std::string_view kind : test::kRuns) {
      DYNAMIC_SECTION(kind << " " << to_string(suite)) {
        PacketCipher cipher;
        const VectorSection& section = section_for(kind, suite);
        std::size_t packets = 0;
        for (const Sample& sample : kSamples) {
          if (!section.has(std::string(sample.packet) + ".packet")) continue;
          ++packets;
          check_packet(section, sample.packet, cipher,
                       stated_keys(section, sample.keys, suite, cipher),
                       stated_keys(section, sample.wrong_keys, suite, cipher));
        }
        const bool resumed = section.has("early.packet");
        const bool retried = section.has("first_early.packet");
        CHECK(packets == 4U + (resumed ? 1 : 0) + (retried ? 1 : 0));
      }
    }
  }
}

TEST_CASE("the nonce takes all of a packet number above 32 bits") {
  for (const CipherSuite suite : test::kSuites) {
    PacketCipher cipher;
    const VectorSection& section = section_for("packet number", suite);
    const PacketKeys keys =
        derive_packet_keys(suite, Secret(section.bytes("secret")), cipher.next_serial());
    const PacketKeys wrong = derive_packet_keys(suite, Secret(), cipher.next_serial());
    check_packet(section, "short", cipher, keys, wrong);
    const std::uint64_t pn = section.number("short.pn");
    REQUIRE(pn > 0xffffffff);
    const Bytes packet = section.bytes("short.packet");
    CHECK(packet.size() == 30);
    CHECK_FALSE(opened(cipher, keys, pn & 0xffffffff, packet, 13).has_value());
    CHECK_FALSE(opened(cipher, keys, pn + (std::uint64_t{1} << 61), packet, 13).has_value());
  }
}

}  // namespace jetstream::crypto
