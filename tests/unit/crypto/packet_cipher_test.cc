// SPDX-License-Identifier: MIT
#include "crypto/packet_cipher.h"

#include <openssl/evp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "crypto/deleter.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::from_hex;
using test::hex;

namespace {

constexpr std::size_t kHeader = 13;
constexpr std::size_t kTag = 16;

PacketKeys keys_for(PacketCipher& cipher, CipherSuite suite) {
  const std::uint64_t serial = cipher.next_serial();
  Secret traffic;
  traffic.writable()[0] = static_cast<std::uint8_t>(serial);
  traffic.writable()[1] = static_cast<std::uint8_t>(serial >> 8);
  return derive_packet_keys(suite, traffic, serial);
}

std::vector<std::uint8_t> packet_of(std::string_view text, std::uint8_t pn) {
  std::vector<std::uint8_t> packet(kHeader + text.size() + kTag);
  packet[0] = 0x40;
  packet[kHeader - 1] = pn;
  std::ranges::copy(text, packet.begin() + kHeader);
  return packet;
}

std::vector<std::uint8_t> sealed(PacketCipher& cipher, const PacketKeys& keys,
                                 std::string_view text, std::uint8_t pn = 0) {
  std::vector<std::uint8_t> packet = packet_of(text, pn);
  cipher.seal(keys, pn, packet, kHeader);
  return packet;
}

std::optional<std::string> opened(PacketCipher& cipher, const PacketKeys& keys,
                                  std::vector<std::uint8_t> packet) {
  const auto unmasked = cipher.unmask(keys, packet, kHeader);
  const auto text = cipher.open(keys, unmasked.pn_low, packet, kHeader);
  if (!text) return std::nullopt;
  return std::string(as_text(*text));
}

/// The mask of a sample, seen on a header of zeros.
std::string mask_of(CipherSuite suite, std::string_view hp, std::string_view sample,
                    std::uint8_t flags) {
  PacketCipher cipher;
  PacketKeys keys = keys_for(cipher, suite);
  keys.hp = Secret(from_hex(hp));
  std::vector<std::uint8_t> packet(kHeader);
  packet[0] = flags;
  const std::vector<std::uint8_t> after = from_hex(sample);
  packet.insert(packet.end(), after.begin(), after.end());
  const auto unmasked = cipher.unmask(keys, packet, kHeader);
  CHECK(unmasked.flags == packet[0]);
  packet[0] ^= flags;
  std::vector<std::uint8_t> mask = {packet[0]};
  mask.insert(mask.end(), packet.begin() + kHeader - 4, packet.begin() + kHeader);
  return hex(mask);
}

}  // namespace

TEST_CASE("header protection agrees with RFC 9001 A.5 and FIPS 197 C.3") {
  // Of mask byte 0, ae and 8e, a short header takes the lower six bits and a long one four.
  const char* chacha_hp = "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4";
  const char* chacha_sample = "5e5cd55c41f69080575d7999c25a5bfb";
  CHECK(mask_of(CipherSuite::kChaCha20Poly1305, chacha_hp, chacha_sample, 0x40) == "2efefe7d03");
  CHECK(mask_of(CipherSuite::kChaCha20Poly1305, chacha_hp, chacha_sample, 0xc0) == "0efefe7d03");
  const char* aes_hp = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  const char* aes_sample = "00112233445566778899aabbccddeeff";
  CHECK(mask_of(CipherSuite::kAes256Gcm, aes_hp, aes_sample, 0x40) == "0ea2b7ca51");
  CHECK(mask_of(CipherSuite::kAes256Gcm, aes_hp, aes_sample, 0xc0) == "0ea2b7ca51");
}

TEST_CASE("a packet of any size comes back, an empty one too") {
  for (const CipherSuite suite : test::kSuites) {
    PacketCipher cipher;
    const PacketKeys keys = keys_for(cipher, suite);
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1172U, 1443U, 65507U - 29U}) {
      const std::string text(size, 'x');
      CHECK(opened(cipher, keys, sealed(cipher, keys, text)) == text);
    }
  }
}

TEST_CASE("what does not open is erased, but for the bytes that could be a reset token") {
  for (const CipherSuite suite : test::kSuites) {
    PacketCipher cipher;
    const PacketKeys keys = keys_for(cipher, suite);
    std::vector<std::uint8_t> packet = sealed(cipher, keys, "a secret sentence");
    packet.back() ^= 1;
    const std::vector<std::uint8_t> tail(packet.end() - kTag, packet.end());
    cipher.unmask(keys, packet, kHeader);
    CHECK_FALSE(cipher.open(keys, 0, packet, kHeader).has_value());
    CHECK(std::all_of(packet.begin() + kHeader, packet.end() - kTag,
                      [](std::uint8_t byte) { return byte == 0; }));
    CHECK(std::equal(tail.begin(), tail.end(), packet.end() - kTag));
    CHECK(opened(cipher, keys, sealed(cipher, keys, "next", 1)) == "next");
  }
}

TEST_CASE("OpenSSL takes tags of 1, 4 and 8 bytes, but a packet cut to one never opens") {
  for (const CipherSuite suite : test::kSuites) {
    const bool is_aes = suite == CipherSuite::kAes256Gcm;
    PacketCipher cipher;
    const PacketKeys keys = keys_for(cipher, suite);
    const std::vector<std::uint8_t> packet = sealed(cipher, keys, "twenty bytes of text");
    for (const std::size_t size : {1U, 4U, 8U}) {
      // The trap itself, so that a change of OpenSSL's behaviour is noticed.
      const std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>> context(
          EVP_CIPHER_CTX_new());
      REQUIRE(EVP_DecryptInit_ex(context.get(),
                                 is_aes ? EVP_aes_256_gcm() : EVP_chacha20_poly1305(), nullptr,
                                 nullptr, nullptr) == 1);
      std::array<std::uint8_t, kTag> tag{};
      CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(size),
                                tag.data()) == 1);
      std::vector<std::uint8_t> cut(packet.begin(), packet.end() - kTag + static_cast<long>(size));
      CHECK_FALSE(opened(cipher, keys, cut).has_value());
    }
  }
}

TEST_CASE("every byte of the tag counts: a right beginning is not enough") {
  PacketCipher cipher;
  const PacketKeys keys = keys_for(cipher, CipherSuite::kAes256Gcm);
  const std::vector<std::uint8_t> packet = sealed(cipher, keys, "text");
  for (std::size_t kept = 0; kept < kTag; ++kept) {
    std::vector<std::uint8_t> forged = packet;
    for (std::size_t i = kept; i < kTag; ++i) forged[forged.size() - kTag + i] ^= 0xff;
    CHECK_FALSE(opened(cipher, keys, forged).has_value());
  }
}

TEST_CASE("errors that others left in OpenSSL's queue change no verdict, and none are added") {
  for (const CipherSuite suite : test::kSuites) {
    PacketCipher cipher;
    const PacketKeys keys = keys_for(cipher, suite);
    std::vector<std::uint8_t> good = sealed(cipher, keys, "text");
    std::vector<std::uint8_t> bad = good;
    bad.back() ^= 1;
    CHECK_FALSE(opened(cipher, keys, bad).has_value());
    CHECK(ERR_peek_error() == 0);
    test::leave_openssl_error();
    CHECK_FALSE(opened(cipher, keys, bad).has_value());
    CHECK(opened(cipher, keys, good) == "text");
    CHECK(ERR_peek_error() != 0);
    ERR_clear_error();
  }
}

TEST_CASE("however few contexts are kept, every session's packets come out the same") {
  PacketCipher large(1024);
  std::vector<PacketKeys> sessions;
  for (std::size_t i = 0; i < 40; ++i) {
    sessions.push_back(keys_for(large, test::kSuites[i % 2]));
  }
  std::mt19937 random(7);
  for (const std::size_t contexts_max : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 64U}) {
    INFO("contexts_max " << contexts_max);
    PacketCipher small(contexts_max);
    for (int i = 0; i < 500; ++i) {
      const PacketKeys& keys = sessions[random() % sessions.size()];
      const auto pn = static_cast<std::uint8_t>(random());
      const std::string text = "message " + std::to_string(i);
      const std::vector<std::uint8_t> packet = sealed(small, keys, text, pn);
      REQUIRE(packet == sealed(large, keys, text, pn));
      REQUIRE(opened(small, keys, packet) == text);
      if (i % 7 == 0) small.forget(keys);
    }
  }
}

TEST_CASE("one PacketKeys seals and opens in turn") {
  PacketCipher cipher;
  const PacketKeys keys = keys_for(cipher, CipherSuite::kAes256Gcm);
  for (std::uint8_t pn = 0; pn < 10; ++pn) {
    CHECK(opened(cipher, keys, sealed(cipher, keys, "both ways", pn)) == "both ways");
  }
}

TEST_CASE("forgetting is harmless: twice, before any use, and in the middle") {
  PacketCipher cipher;
  const PacketKeys keys = keys_for(cipher, CipherSuite::kChaCha20Poly1305);
  const PacketKeys other = keys_for(cipher, CipherSuite::kChaCha20Poly1305);
  cipher.forget(keys);
  const std::vector<std::uint8_t> packet = sealed(cipher, keys, "text");
  CHECK(opened(cipher, other, packet) == std::nullopt);
  cipher.forget(keys);
  cipher.forget(keys);
  CHECK(opened(cipher, keys, packet) == "text");
  CHECK(opened(cipher, other, sealed(cipher, other, "text")) == "text");
}

TEST_CASE("contexts are found by serial: used keys stay, and forgotten ones are keyed anew") {
  // Keys that change under their serial can tell whether a cached context answered.
  PacketCipher cipher;
  PacketKeys keys = keys_for(cipher, CipherSuite::kAes256Gcm);
  const std::vector<std::uint8_t> before = sealed(cipher, keys, "text");
  keys.key.writable()[0] ^= 1;
  CHECK(sealed(cipher, keys, "text") == before);
  cipher.forget(keys);
  CHECK(sealed(cipher, keys, "text") != before);
}

TEST_CASE("of 1024 contexts, 256 sessions with four serials each keep the two that live on") {
  PacketCipher cipher(1024);
  std::vector<PacketKeys> live;
  for (int session = 0; session < 256; ++session) {
    for (int i = 0; i < 4; ++i) {
      const PacketKeys keys = keys_for(cipher, CipherSuite::kAes256Gcm);
      if (i >= 2) live.push_back(keys);
    }
  }
  std::vector<std::vector<std::uint8_t>> before;
  for (const PacketKeys& keys : live) before.push_back(sealed(cipher, keys, "text"));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    live[i].key.writable()[0] ^= 1;
    if (sealed(cipher, live[i], "text") == before[i]) ++kept;
  }
  CHECK(kept == live.size());
}

TEST_CASE("serials are never given out twice and start above the free mark") {
  PacketCipher cipher;
  CHECK(cipher.next_serial() == 1);
  CHECK(cipher.next_serial() == 2);
}

}  // namespace jetstream::crypto
