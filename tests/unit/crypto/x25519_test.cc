// SPDX-License-Identifier: MIT
#include "crypto/x25519.h"

#include <catch2/catch.hpp>

#include "crypto/openssl_random.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::array_from_hex;
using test::from_hex;
using test::hex;

namespace {

// Every share that leaves a result of all zeros, whoever's private key it meets.
constexpr const char* kLowOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000080",
};

}  // namespace

TEST_CASE("X25519 agrees with RFC 7748 5.2") {
  const X25519Key key = X25519Key::from_private(
      from_hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"));
  const auto point =
      array_from_hex<32>("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
  CHECK(hex(key.agree(point).value()) ==
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
}

TEST_CASE("X25519 agrees with RFC 7748 6.1, both ways") {
  const X25519Key alice = X25519Key::from_private(
      from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const X25519Key bob = X25519Key::from_private(
      from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  CHECK(hex(alice.public_key()) ==
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  CHECK(hex(bob.public_key()) ==
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const std::string shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  CHECK(hex(alice.agree(bob.public_key()).value()) == shared);
  CHECK(hex(bob.agree(alice.public_key()).value()) == shared);
}

TEST_CASE("every share of low order is refused, whatever is in OpenSSL's error queue [KEY-2]") {
  OpensslRandom random;
  const X25519Key key = X25519Key::generate(random);
  for (const char* share : kLowOrder) {
    INFO(share);
    const auto peer = array_from_hex<32>(share);
    const auto refused = key.agree(peer);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == LocalCode::kBadKey);
    CHECK(ERR_peek_error() == 0);
    test::leave_openssl_error();
    CHECK_FALSE(key.agree(peer).has_value());
    CHECK(key.agree(key.public_key()).has_value());
    CHECK(ERR_peek_error() != 0);
    ERR_clear_error();
  }
}

TEST_CASE("a share that old lists call weak only because of its top bit is taken") {
  OpensslRandom random;
  const auto share =
      array_from_hex<32>("cdeb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880");
  CHECK(X25519Key::generate(random).agree(share).has_value());
}

TEST_CASE("fresh keys differ, agree with each other and survive a move") {
  OpensslRandom random;
  X25519Key left = X25519Key::generate(random);
  const X25519Key right = X25519Key::generate(random);
  CHECK(left.public_key() != right.public_key());
  const std::string shared = hex(left.agree(right.public_key()).value());
  const X25519Key moved = std::move(left);
  CHECK(hex(moved.agree(right.public_key()).value()) == shared);
  CHECK(hex(right.agree(moved.public_key()).value()) == shared);
}

}  // namespace jetstream::crypto
