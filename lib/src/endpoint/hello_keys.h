// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "crypto/cookie.h"
#include "jetstream/hello_secret.h"
#include "jetstream/time.h"

namespace jetstream::endpoint {

/// What a hello's `cookie` turned out to be. Only kCookie and kToken prove anything; the others
/// count as if there were none [RETRY-7].
enum class AddressCheck : std::uint8_t {
  kAbsent,
  kCookie,
  kCookieExpired,
  kCookieInvalid,
  kToken,
  kTokenExpired,
  kTokenInvalid,
};

/// Makes and checks cookies and address tokens without remembering any of them.
///
/// The keys follow from the secret and the time, so workers with the same secret have the same keys
/// at every moment and never need to talk about it. They change on time all the same, so that no
/// key protects more than what was given in a few minutes or hours.
class HelloKeys {
 public:
  static constexpr Duration kCookieKeyPeriod = std::chrono::seconds(120);  // [RETRY-8]
  static constexpr Duration kTokenKeyPeriod = std::chrono::hours(12);      // [RETRY-15]
  static constexpr Duration kCookieLifetime = std::chrono::seconds(10);
  static constexpr Duration kTokenLifetime = std::chrono::hours(24);

  explicit HelloKeys(const HelloSecret& secret);

  crypto::Cookie make_cookie(Instant now, const crypto::CookieHello& hello);
  crypto::AddressToken make_token(Instant now, const PeerAddress& address,
                                  const std::array<std::uint8_t, 32>& salt);
  AddressCheck check(Instant now, Bytes proof, const crypto::CookieHello& hello);

 private:
  /// The keys of one kind that are still good: the current one and `old_kept` before it.
  struct Family {
    std::string_view label;
    std::uint64_t period_seconds;
    std::uint64_t old_kept;
    struct Key {
      std::uint64_t number = UINT64_MAX;
      crypto::Secret secret;
    };
    std::array<Key, 3> keys{};
  };

  std::uint64_t seconds(Instant now) const;
  const crypto::Secret& key(Family& family, std::uint64_t number);
  /// The key that a cookie or token names by the low byte of its number; null if it is too old.
  const crypto::Secret* named_key(Family& family, Instant now, std::uint8_t epoch);
  static bool is_fresh(std::uint64_t now_seconds, std::uint32_t t, Duration lifetime);

  crypto::Secret secret_;
  std::uint32_t clock_offset_ = 0;
  Family cookies_{"cookie key", kCookieKeyPeriod / std::chrono::seconds(1), 1};
  Family tokens_{"token key", kTokenKeyPeriod / std::chrono::seconds(1), 2};
};

}  // namespace jetstream::endpoint
