// SPDX-License-Identifier: MIT
#include "jetstream/identity.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <new>

#include "crypto/openssl_random.h"
#include "unit/crypto/samples.h"

namespace jetstream {

using test::array_from_hex;
using test::from_hex;
using test::hex;

namespace {

constexpr const char* kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const std::string kBase64 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const std::string kLine = "ed25519 " + kBase64;
const std::string kFingerprint = "sha256:If4x36FUomFia/hUBG/SJxt77UtqvkWqWId+9H+XIbk";

PublicKey public_key() {
  return array_from_hex<32>("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

}  // namespace

TEST_CASE("an identity comes from exactly 32 bytes") {
  const std::vector<std::uint8_t> seed = from_hex(kSeed);
  const Identity identity = Identity::from_seed(seed).value();
  CHECK(identity.public_key() == public_key());
  CHECK(hex(identity.seed()) == kSeed);
  for (const std::size_t size : {0U, 31U, 33U, 64U}) {
    const auto refused = Identity::from_seed(std::vector<std::uint8_t>(size, 1));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == LocalCode::kBadKey);
  }
}

TEST_CASE("generated identities are fresh and can be stored") {
  crypto::OpensslRandom random;
  const Identity first = Identity::generate(random);
  const Identity second = Identity::generate(random);
  CHECK(first.public_key() != second.public_key());
  CHECK(Identity::from_seed(first.seed()).value().public_key() == first.public_key());
}

TEST_CASE("a destroyed identity leaves no private key in memory") {
  alignas(Identity) std::array<std::uint8_t, sizeof(Identity)> memory{};
  const std::vector<std::uint8_t> seed = from_hex(kSeed);
  const auto holds_seed = [&] {
    return std::search(memory.begin(), memory.end(), seed.begin(), seed.end()) != memory.end();
  };
  Identity* identity = new (memory.data()) Identity(Identity::from_seed(seed).value());
  CHECK(holds_seed());
  identity->~Identity();
  CHECK_FALSE(holds_seed());
}

TEST_CASE("a key's line and fingerprint are the documented ones") {
  CHECK(to_key_line(public_key()) == kLine);
  CHECK(fingerprint(public_key()) == kFingerprint);
}

TEST_CASE("a key line is read with or without its type, with blanks and a comment") {
  for (const std::string& line :
       {kLine, kBase64, "  " + kLine, "ed25519\t " + kBase64, kLine + " alice@example 2026",
        kBase64 + " alice", kLine + "\r\n", kLine + "\n"}) {
    INFO(line);
    const auto key = parse_key_line(line);
    REQUIRE(key.has_value());
    CHECK(*key == public_key());
  }
}

TEST_CASE("a malformed key line is refused") {
  std::string other_spelling = kBase64;
  other_spelling[42] = 'p';  // The same 32 bytes, but for two bits that belong to none.
  for (const std::string& line : {std::string(),
                                  std::string(" "),
                                  std::string("ed25519"),
                                  std::string("ed25519 "),
                                  "ed448 " + kBase64,
                                  "ED25519 " + kBase64,
                                  "ed25519" + kBase64,
                                  "ed25519 ed25519 " + kBase64,
                                  kBase64.substr(0, 43),
                                  kBase64.substr(0, 40),
                                  kBase64 + "=",
                                  kBase64 + "A",
                                  "A" + kBase64,
                                  kBase64.substr(0, 20) + " " + kBase64.substr(20),
                                  kBase64.substr(0, 43) + "A",
                                  kBase64.substr(0, 42) + "==",
                                  "-" + kBase64.substr(1),
                                  "=" + kBase64.substr(1),
                                  other_spelling,
                                  std::string(44, '='),
                                  std::string(44, '\0'),
                                  fingerprint(public_key())}) {
    INFO(line);
    const auto key = parse_key_line(line);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == LocalCode::kBadKey);
  }
}

TEST_CASE("every key survives its line") {
  crypto::OpensslRandom random;
  for (int i = 0; i < 50; ++i) {
    const PublicKey key = Identity::generate(random).public_key();
    CHECK(parse_key_line(to_key_line(key)).value() == key);
    CHECK(Pin::parse(fingerprint(key)).value() == Pin::of(key));
  }
}

TEST_CASE("a pin is a fingerprint or a key") {
  const Pin pin = Pin::of(public_key());
  CHECK(Pin::parse(kFingerprint).value() == pin);
  CHECK(Pin::parse(kLine).value() == pin);
  CHECK(Pin::parse(kBase64).value() == pin);
  for (const std::string& text :
       {std::string(), std::string("sha256:"), kFingerprint + "=", kFingerprint + " ",
        "SHA256:" + kFingerprint.substr(7), "sha256:" + hex(pin.sha256), kFingerprint.substr(7),
        kFingerprint.substr(0, 49), std::string("no key")}) {
    INFO(text);
    const auto refused = Pin::parse(text);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == LocalCode::kBadKey);
  }
}

TEST_CASE("trust never happens by omission") {
  const PublicKey stranger = {9};
  CHECK_FALSE(Trust().configured());
  CHECK_FALSE(Trust().accepts(public_key()));

  const Trust nobody = Trust::pins({});
  CHECK(nobody.configured());
  CHECK_FALSE(nobody.accepts(public_key()));

  const Trust some = Trust::pins({Pin::of({1, 2, 3}), Pin::of(public_key())});
  CHECK(some.configured());
  CHECK(some.accepts(public_key()));
  CHECK_FALSE(some.accepts(stranger));

  const Trust anybody = Trust::insecure_accept_any();
  CHECK(anybody.configured());
  CHECK(anybody.accepts(stranger));
}

}  // namespace jetstream
