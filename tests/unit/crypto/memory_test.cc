// SPDX-License-Identifier: MIT
//
// Watches every block of memory that OpenSSL takes and gives back: packets must take none, and no
// block may be given back with a key still in it.
#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>

#include "crypto/ed25519.h"
#include "crypto/hkdf.h"
#include "crypto/openssl_random.h"
#include "crypto/packet_cipher.h"
#include "crypto/x25519.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

namespace {

struct Watch {
  std::size_t allocations = 0;
  Bytes secret;
  std::size_t freed_with_secret = 0;

  void check(void* block) {
    if (block == nullptr || secret.empty()) return;
    const Bytes bytes(static_cast<const std::uint8_t*>(block), malloc_usable_size(block));
    const auto found = std::search(bytes.begin(), bytes.end(), secret.begin(), secret.end());
    if (found != bytes.end()) ++freed_with_secret;
  }
};
Watch watch;

void* take(std::size_t size, const char*, int) {
  ++watch.allocations;
  return std::calloc(1, size);
}
void* resize(void* block, std::size_t size, const char*, int) {
  ++watch.allocations;
  return std::realloc(block, size);
}
void give_back(void* block, const char*, int) {
  watch.check(block);
  std::free(block);
}
// Only possible before OpenSSL's first allocation, so before main().
const bool watching = CRYPTO_set_mem_functions(take, resize, give_back) == 1;

/// How many blocks are given back with `secret` in them while `use` runs.
template <class Use>
std::size_t leaks(Bytes secret, Use use) {
  watch.secret = secret;
  watch.freed_with_secret = 0;
  use();
  watch.secret = {};
  return watch.freed_with_secret;
}

void seal_one(PacketCipher& cipher, const PacketKeys& keys) {
  std::array<std::uint8_t, 64> packet{0x40};
  cipher.seal(keys, 0, packet, 13);
}

}  // namespace

TEST_CASE("the watch itself sees a key that is not erased") {
  REQUIRE(watching);
  const Bytes secret = as_bytes("0123456789abcdef");
  CHECK(leaks(secret, [&] { OPENSSL_free(OPENSSL_memdup(secret.data(), secret.size())); }) == 1);
}

TEST_CASE("packets under known keys take no memory, opened or refused") {
  for (const CipherSuite suite : test::kSuites) {
    PacketCipher cipher;
    const PacketKeys keys = derive_packet_keys(suite, Secret(), cipher.next_serial());
    std::vector<std::uint8_t> packet(1200);
    std::size_t before = 0;
    for (std::uint64_t pn = 0; pn < 100; ++pn) {
      if (pn == 1) before = watch.allocations;
      packet[0] = 0x40;
      cipher.seal(keys, pn, packet, 13);
      cipher.unmask(keys, packet, 13);
      CHECK(cipher.open(keys, pn, packet, 13).has_value());
      CHECK_FALSE(cipher.open(keys, pn, packet, 13).has_value());
    }
    CHECK(watch.allocations == before);
  }
}

TEST_CASE("contexts that are evicted, forgotten or destroyed leave no key behind") {
  OpensslRandom random;
  for (const CipherSuite suite : test::kSuites) {
    std::optional<PacketCipher> cipher(std::in_place, 1);
    Secret traffic;
    random.fill_secret(traffic.writable());
    const PacketKeys keys = derive_packet_keys(suite, traffic, cipher->next_serial());
    for (const Secret* secret : {&keys.key, &keys.hp}) {
      CHECK(leaks(secret->view(), [&] {
              seal_one(*cipher, keys);
              seal_one(*cipher, derive_packet_keys(suite, Secret(), 1000));
              seal_one(*cipher, keys);
              cipher->forget(keys);
              seal_one(*cipher, keys);
              cipher.reset();
            }) == 0);
      cipher.emplace(1);
    }
  }
}

TEST_CASE("hashing, agreeing and signing leave no key behind") {
  OpensslRandom random;
  Secret secret;
  random.fill_secret(secret.writable());
  CHECK(leaks(secret.view(), [&] {
          hmac_sha256(secret.view(), as_bytes("message"));
          hkdf_extract(as_bytes("salt"), secret.view());
          Secret out;
          xlabel(secret.view(), "label", {}, out.writable());
        }) == 0);
  CHECK(leaks(secret.view(), [&] {
          const X25519Key key = X25519Key::from_private(secret.view());
          CHECK(key.agree(key.public_key()).has_value());
        }) == 0);
  const X25519Key key = X25519Key::from_private(secret.view());
  const Secret shared = key.agree(key.public_key()).value();
  CHECK(leaks(shared.view(), [&] { CHECK(key.agree(key.public_key()).has_value()); }) == 0);
  CHECK(leaks(secret.view(), [&] {
          const Identity identity = Identity::from_seed(secret.view()).value();
          CHECK(verify(identity.public_key(), {}, sign(identity, {})));
        }) == 0);
}

}  // namespace jetstream::crypto
