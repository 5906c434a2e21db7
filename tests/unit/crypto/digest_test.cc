// SPDX-License-Identifier: MIT
#include "crypto/digest.h"

#include <catch2/catch.hpp>

#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::from_hex;
using test::hex;

TEST_CASE("SHA-256 agrees with FIPS 180-4") {
  CHECK(hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256(as_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("HMAC-SHA256 agrees with RFC 4231") {
  const auto key = std::vector<std::uint8_t>(20, 0x0b);
  CHECK(hex(hmac_sha256(key, as_bytes("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const auto long_key = std::vector<std::uint8_t>(131, 0xaa);
  CHECK(hex(hmac_sha256(long_key,
                        as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("an empty HMAC key is a key, not the previous one") {
  const Digest first = hmac_sha256(from_hex("01"), as_bytes("x"));
  const Digest empty = hmac_sha256({}, {});
  CHECK(hex(empty) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  CHECK(hmac_sha256(from_hex("01"), as_bytes("x")) == first);
}

TEST_CASE("constant_time_equal compares all bytes and the size [KEY-9]") {
  const std::vector<std::uint8_t> left(32, 7);
  CHECK(constant_time_equal(left, left));
  CHECK(constant_time_equal({}, {}));
  CHECK_FALSE(constant_time_equal(left, Bytes(left).first(31)));
  CHECK_FALSE(constant_time_equal(left, {}));
  for (std::size_t i = 0; i < 256; ++i) {
    std::vector<std::uint8_t> right = left;
    right[i / 8] = static_cast<std::uint8_t>(right[i / 8] ^ 1 << i % 8);
    CHECK_FALSE(constant_time_equal(left, right));
  }
}

TEST_CASE("a transcript is the hash of everything added, and its copy goes its own way") {
  Transcript transcript;
  CHECK(transcript.digest() == sha256({}));
  transcript.add(as_bytes("ab"));
  transcript.add({});
  Transcript copy = transcript;
  transcript.add(as_bytes("c"));
  CHECK(transcript.digest() == sha256(as_bytes("abc")));
  CHECK(transcript.digest() == sha256(as_bytes("abc")));
  CHECK(copy.digest() == sha256(as_bytes("ab")));
}

}  // namespace jetstream::crypto
