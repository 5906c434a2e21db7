// SPDX-License-Identifier: MIT
#include "crypto/ed25519.h"

#include <openssl/evp.h>

#include <catch2/catch.hpp>
#include <memory>

#include "crypto/deleter.h"
#include "crypto/openssl_random.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::array_from_hex;
using test::from_hex;
using test::hex;
using test::identity_from;

namespace {

/// All encodings of points of small order, and how many of 400 messages the constant signature
/// below fits at least, with nobody's private key.
struct WeakKey {
  const char* encoding;
  int fits;
};
constexpr WeakKey kWeak[] = {
    {"0100000000000000000000000000000000000000000000000000000000000000", 400},
    {"0100000000000000000000000000000000000000000000000000000000000080", 400},
    {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", 400},
    {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 400},
    {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", 100},
    {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 100},
    {"0000000000000000000000000000000000000000000000000000000000000000", 50},
    {"0000000000000000000000000000000000000000000000000000000000000080", 50},
    {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", 50},
    {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 50},
    {"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", 15},
    {"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", 15},
    {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", 15},
    {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", 15},
};

/// R is the neutral point and S is zero.
Signature constant_signature() {
  Signature signature{};
  signature[0] = 1;
  return signature;
}

/// What OpenSSL alone would say.
bool openssl_verify(const PublicKey& key, Bytes message, Bytes signature) {
  const std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>> object(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool verified =
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, object.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) == 1;
  ERR_clear_error();
  return verified;
}

/// S + L, which the equation does not tell from S: a second signature made of the first.
Signature plus_group_order(Signature signature) {
  const auto order =
      array_from_hex<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += static_cast<unsigned>(signature[32 + i]) + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return signature;
}

}  // namespace

TEST_CASE("Ed25519 agrees with RFC 8032 7.1, tests 1 and 2") {
  const Identity first =
      identity_from(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  CHECK(hex(first.public_key()) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(hex(sign(first, {})) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  CHECK(verify(first.public_key(), {}, sign(first, {})));

  const Identity second =
      identity_from(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  CHECK(hex(second.public_key()) ==
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  CHECK(hex(sign(second, from_hex("72"))) ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(verify(second.public_key(), from_hex("72"), sign(second, from_hex("72"))));
}

TEST_CASE("a signature fits its key, its message and its own 64 bytes only") {
  OpensslRandom random;
  const Identity identity = Identity::generate(random);
  const Identity other = Identity::generate(random);
  const Bytes message = as_bytes("a message");
  const Signature signature = sign(identity, message);
  CHECK(verify(identity.public_key(), message, signature));
  CHECK_FALSE(verify(other.public_key(), message, signature));
  CHECK_FALSE(verify(identity.public_key(), as_bytes("a massage"), signature));
  CHECK_FALSE(verify(identity.public_key(), message, Bytes(signature).first(63)));
  CHECK_FALSE(verify(identity.public_key(), message, {}));
  std::vector<std::uint8_t> longer(signature.begin(), signature.end());
  longer.push_back(0);
  CHECK_FALSE(verify(identity.public_key(), message, longer));
  CHECK_FALSE(verify(identity.public_key(), message, plus_group_order(signature)));
  Signature flipped = signature;
  std::size_t accepted = 0;
  for (std::size_t bit = 0; bit < 512; ++bit) {
    const auto flip = static_cast<std::uint8_t>(1 << bit % 8);
    flipped[bit / 8] ^= flip;
    if (verify(identity.public_key(), message, flipped)) ++accepted;
    flipped[bit / 8] ^= flip;
  }
  CHECK(accepted == 0);
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("a key that is no point of the curve verifies nothing and disturbs nothing") {
  for (std::uint8_t y = 2; y < 20; ++y) {  // About half of all numbers are such.
    CHECK_FALSE(verify({y}, as_bytes("x"), constant_signature()));
    CHECK(ERR_peek_error() == 0);
  }
}

TEST_CASE("anybody could sign for the 14 weak keys, so nobody can [KEY-10]") {
  for (const WeakKey& weak : kWeak) {
    INFO(weak.encoding);
    const auto key = array_from_hex<32>(weak.encoding);
    CHECK(is_weak_key(key));
    CHECK_FALSE(parse_key_line(to_key_line(key)).has_value());
    CHECK_FALSE(Pin::parse(to_key_line(key)).has_value());
    int openssl_fits = 0;
    int fits = 0;
    for (int i = 0; i < 400; ++i) {
      const std::string message = "message " + std::to_string(i);
      const Signature signature = constant_signature();
      openssl_fits += openssl_verify(key, as_bytes(message), signature) ? 1 : 0;
      fits += verify(key, as_bytes(message), signature) ? 1 : 0;
    }
    // The trap itself, so that a change of OpenSSL's behaviour is noticed.
    CHECK(openssl_fits >= weak.fits);
    CHECK(fits == 0);
  }
}

TEST_CASE("a key whose y is not below the prime is refused, and its neighbours are not") {
  // 2^255 - 19 + n for n from 0 to 18 are the second spellings of 0 to 18.
  PublicKey key;
  key.fill(0xff);
  for (const int top : {0x7f, 0xff}) {
    key[31] = static_cast<std::uint8_t>(top);
    for (int low = 0xed; low <= 0xff; ++low) {
      key[0] = static_cast<std::uint8_t>(low);
      CHECK(is_weak_key(key));
    }
    key[0] = 0xeb;  // The prime minus 2, which is an honest number.
    CHECK_FALSE(is_weak_key(key));
    key[0] = 0xed;
    key[15] = 0xfe;
    CHECK_FALSE(is_weak_key(key));
    key[15] = 0xff;
  }
  key[31] = 0x7e;
  CHECK_FALSE(is_weak_key(key));
  CHECK_FALSE(is_weak_key({2}));
}

TEST_CASE("errors that others left in OpenSSL's queue change no verdict") {
  OpensslRandom random;
  const Identity identity = Identity::generate(random);
  test::leave_openssl_error();
  Signature signature = sign(identity, as_bytes("x"));
  CHECK(verify(identity.public_key(), as_bytes("x"), signature));
  signature[63] ^= 0x80;
  CHECK_FALSE(verify(identity.public_key(), as_bytes("x"), signature));
  CHECK(ERR_peek_error() != 0);
  ERR_clear_error();
}

TEST_CASE("a handshake signature is bound to its role, key and transcript") {
  const test::VectorSection& section = test::section_for("full", CipherSuite::kAes256Gcm);
  const Identity server = identity_from(section.bytes("server_identity_private"));
  const Identity client = identity_from(section.bytes("client_identity_private"));
  const Digest transcript = section.array<32>("th_ch_sp");
  const Signature signature = section.array<64>("server_signature");
  CHECK(verify_transcript(server.public_key(), Role::kServer, transcript, signature));
  CHECK_FALSE(verify_transcript(server.public_key(), Role::kClient, transcript, signature));
  CHECK_FALSE(verify_transcript(client.public_key(), Role::kServer, transcript, signature));
  CHECK_FALSE(verify_transcript(server.public_key(), Role::kServer, section.array<32>("th_ch_sv"),
                                signature));
  CHECK_FALSE(verify(server.public_key(), transcript, signature));
  const Signature by_client = sign_transcript(server, Role::kClient, transcript);
  CHECK_FALSE(verify_transcript(server.public_key(), Role::kServer, transcript, by_client));
}

}  // namespace jetstream::crypto
