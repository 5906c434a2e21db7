// SPDX-License-Identifier: MIT
//
// How long cookies and address tokens are good, for whom, and how often.
#include "endpoint/hello_keys.h"

#include <catch2/catch.hpp>
#include <set>

#include "endpoint/used_cookies.h"
#include "support/seeded_random.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;
using endpoint::AddressCheck;
using endpoint::HelloKeys;

namespace {

constexpr Instant kStart{100000s};

std::shared_ptr<const HelloSecret> secret(std::uint64_t seed) {
  SeededRandom random(seed);
  return HelloSecret::generate(random);
}

crypto::CookieHello hello() {
  crypto::CookieHello hello;
  hello.source = PeerAddress::v4({192, 0, 2, 7}, 40000);
  hello.random.fill(1);
  hello.connection_id = {{2}};
  hello.group = 0x1d;
  return hello;
}

}  // namespace

TEST_CASE("a cookie is good for 10 s whenever it was made [RETRY-8]") {
  HelloKeys keys(*secret(1));
  std::set<std::uint8_t> epochs;
  for (Instant at = kStart; at < kStart + 400s; at += 1s) {
    const auto cookie = keys.make_cookie(at, hello());
    epochs.insert(cookie[1]);
    REQUIRE(keys.check(at, cookie, hello()) == AddressCheck::kCookie);
    REQUIRE(keys.check(at + 10s, cookie, hello()) == AddressCheck::kCookie);
    REQUIRE(keys.check(at + 11s, cookie, hello()) == AddressCheck::kCookieExpired);
    REQUIRE(keys.check(at - 1s, cookie, hello()) == AddressCheck::kCookieExpired);
  }
  CHECK(epochs.size() >= 4);
  CHECK(epochs.size() <= 5);
}

TEST_CASE("the key of a cookie is kept for one period after its own [RETRY-8]") {
  HelloKeys keys(*secret(1));
  const auto cookie = keys.make_cookie(kStart, hello());
  auto forged = cookie;
  forged[21] ^= 1;
  // With its key at hand a wrong MAC shows; without, nothing can be said.
  bool kept = true;
  Instant lost{};
  for (Instant at = kStart; at < kStart + 400s; at += 1s) {
    const bool now = keys.check(at, forged, hello()) == AddressCheck::kCookieInvalid;
    if (kept && !now) lost = at;
    REQUIRE((kept || !now));
    kept = now;
  }
  CHECK(lost > kStart + 120s);
  CHECK(lost <= kStart + 240s);
}

TEST_CASE("a cookie is for one hello from one address and port [RETRY-1]") {
  HelloKeys keys(*secret(1));
  const auto cookie = keys.make_cookie(kStart, hello());
  const auto checked = [&](auto change) {
    crypto::CookieHello other = hello();
    change(other);
    return keys.check(kStart, cookie, other);
  };
  CHECK(checked([](auto&) {}) == AddressCheck::kCookie);
  CHECK(checked([](auto& h) { h.source.port++; }) == AddressCheck::kCookieInvalid);
  CHECK(checked([](auto& h) { h.source.ip[15]++; }) == AddressCheck::kCookieInvalid);
  CHECK(checked([](auto& h) { h.random[0]++; }) == AddressCheck::kCookieInvalid);
  CHECK(checked([](auto& h) { h.connection_id.bytes[0]++; }) == AddressCheck::kCookieInvalid);
  CHECK(checked([](auto& h) { h.group++; }) == AddressCheck::kCookieInvalid);
}

TEST_CASE("no bit of a cookie may change, and it may not be younger than it was [RETRY-1]") {
  HelloKeys keys(*secret(1));
  for (std::size_t bit = 0; bit < 22 * 8; ++bit) {
    auto cookie = keys.make_cookie(kStart, hello());
    cookie[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    REQUIRE(keys.check(kStart, cookie, hello()) != AddressCheck::kCookie);
    REQUIRE(keys.check(kStart, cookie, hello()) != AddressCheck::kToken);
  }
}

TEST_CASE("whoever has the same secret takes the cookies and tokens of the others") {
  HelloKeys one(*secret(1)), two(*secret(1)), stranger(*secret(2));
  const auto cookie = one.make_cookie(kStart, hello());
  const auto token = one.make_token(kStart, hello().source, {});
  CHECK(two.check(kStart, cookie, hello()) == AddressCheck::kCookie);
  CHECK(two.check(kStart, token, hello()) == AddressCheck::kToken);
  CHECK(stranger.check(kStart, cookie, hello()) != AddressCheck::kCookie);
  CHECK(stranger.check(kStart, token, hello()) != AddressCheck::kToken);
}

TEST_CASE("a cookie does not tell how long the machine has been running") {
  HelloKeys keys(*secret(1));
  const auto cookie = keys.make_cookie(Instant{5s}, hello());
  CHECK(crypto::read_cookie(cookie)->t > 1000000);
}

TEST_CASE("a token is good for 24 h, for its address and any port [RETRY-15]") {
  HelloKeys keys(*secret(1));
  for (Instant at = kStart; at < kStart + 48h; at += 47min) {
    const auto token = keys.make_token(at, hello().source, {});
    crypto::CookieHello later = hello();
    later.source.port = 1;
    later.random.fill(9);
    later.connection_id = {{9}};
    REQUIRE(keys.check(at + 24h, token, later) == AddressCheck::kToken);
    REQUIRE(keys.check(at + 24h + 1s, token, later) == AddressCheck::kTokenExpired);
    REQUIRE(keys.check(at + 100h, token, later) == AddressCheck::kTokenExpired);
    later.source.ip[15]++;
    REQUIRE(keys.check(at, token, later) == AddressCheck::kTokenInvalid);
  }
}

TEST_CASE("two tokens never share a key, so they share nothing [RETRY-14]") {
  HelloKeys keys(*secret(1));
  SeededRandom random(1);
  std::array<std::uint8_t, 32> one{}, two{};
  random.fill_public(one);
  random.fill_public(two);
  const auto first = keys.make_token(kStart, hello().source, one);
  const auto second = keys.make_token(kStart, hello().source, two);
  CHECK(to_hex(Bytes(first).subspan(34)) != to_hex(Bytes(second).subspan(34)));
}

TEST_CASE("nothing is neither cookie nor token") {
  HelloKeys keys(*secret(1));
  CHECK(keys.check(kStart, {}, hello()) == AddressCheck::kAbsent);
  for (const std::size_t size : {1u, 22u, 70u}) {
    const std::vector<std::uint8_t> zeros(size);
    CHECK(keys.check(kStart, zeros, hello()) == AddressCheck::kTokenInvalid);
  }
}

TEST_CASE("a cookie is remembered for longer than it lives [RETRY-9]") {
  SeededRandom random(1);
  for (int offset = 0; offset < 40; ++offset) {
    endpoint::UsedCookies used;
    used.insert(kStart, std::array<std::uint8_t, 16>{1});
    std::array<std::uint8_t, 16> mac{};
    random.fill_public(mac);
    const Instant at = kStart + offset * 1s;
    CHECK(used.insert(at, mac));
    for (const Duration later : {0s, 5s, 11s}) {
      CHECK_FALSE(used.insert(at + later, mac));
    }
    CHECK(used.insert(at + 40s, mac));
  }
}

TEST_CASE("a full register of used cookies lets everybody in [RETRY-9]") {
  endpoint::UsedCookies used;
  SeededRandom random(1);
  std::size_t known_again = 0;
  std::vector<std::array<std::uint8_t, 16>> macs(4 * endpoint::UsedCookies::kEntries);
  for (auto& mac : macs) {
    random.fill_public(mac);
    REQUIRE(used.insert(kStart, mac));
  }
  for (const auto& mac : macs) known_again += used.insert(kStart, mac) ? 0 : 1;
  CHECK(known_again <= endpoint::UsedCookies::kEntries);
  CHECK(known_again > endpoint::UsedCookies::kEntries * 9 / 10);
}
