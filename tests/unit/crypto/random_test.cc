// SPDX-License-Identifier: MIT
#include <algorithm>
#include <catch2/catch.hpp>

#include "crypto/openssl_random.h"

namespace jetstream::crypto {

TEST_CASE("both streams fill everything they are given, and nothing else") {
  OpensslRandom random;
  for (const bool secret : {false, true}) {
    const auto fill = [&](MutableBytes out) {
      secret ? random.fill_secret(out) : random.fill_public(out);
    };
    // A byte that is filled stays zero in 20 tries once in 2^160.
    std::array<std::uint8_t, 67> seen{};
    for (int i = 0; i < 20; ++i) {
      std::array<std::uint8_t, 67> bytes{};
      fill(MutableBytes(bytes).subspan(1, 65));
      for (std::size_t k = 0; k < bytes.size(); ++k) seen[k] |= bytes[k];
    }
    CHECK(seen.front() == 0);
    CHECK(seen.back() == 0);
    CHECK(std::none_of(seen.begin() + 1, seen.end() - 1,
                       [](std::uint8_t byte) { return byte == 0; }));
    fill({});
  }
}

TEST_CASE("whether the CPU has AES is answered the same each time") {
  CHECK(cpu_has_aes() == cpu_has_aes());
}

}  // namespace jetstream::crypto
