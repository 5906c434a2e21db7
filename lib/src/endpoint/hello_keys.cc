// SPDX-License-Identifier: MIT
#include "endpoint/hello_keys.h"

#include "base/bytes.h"
#include "crypto/hkdf.h"

namespace jetstream::endpoint {

HelloKeys::HelloKeys(const HelloSecret& secret) : secret_(secret.bytes()) {
  // Cookies show their time. What they show should not tell how long the machine has been running.
  std::array<std::uint8_t, 4> offset{};
  crypto::xlabel(secret_.view(), "cookie clock", {}, offset);
  clock_offset_ = *base::ByteReader(offset).read_u32();
}

std::uint64_t HelloKeys::seconds(Instant now) const {
  return clock_offset_ +
         static_cast<std::uint64_t>(now.time_since_epoch() / std::chrono::seconds(1));
}

const crypto::Secret& HelloKeys::key(Family& family, std::uint64_t number) {
  Family::Key& entry = family.keys[number % family.keys.size()];
  if (entry.number != number) {
    std::array<std::uint8_t, 8> context{};
    base::ByteWriter(context).write_u64(number);
    crypto::xlabel(secret_.view(), family.label, context, entry.secret.writable());
    entry.number = number;
  }
  return entry.secret;
}

const crypto::Secret* HelloKeys::named_key(Family& family, Instant now, std::uint8_t epoch) {
  const std::uint64_t current = seconds(now) / family.period_seconds;
  for (std::uint64_t back = 0; back <= family.old_kept && back <= current; ++back) {
    if (static_cast<std::uint8_t>(current - back) == epoch) return &key(family, current - back);
  }
  return nullptr;
}

bool HelloKeys::is_fresh(std::uint64_t now_seconds, std::uint32_t t, Duration lifetime) {
  const std::uint32_t age = static_cast<std::uint32_t>(now_seconds) - t;
  return age <= static_cast<std::uint64_t>(lifetime / std::chrono::seconds(1));
}

crypto::Cookie HelloKeys::make_cookie(Instant now, const crypto::CookieHello& hello) {
  const std::uint64_t t = seconds(now);
  const std::uint64_t number = t / cookies_.period_seconds;
  return crypto::make_cookie(key(cookies_, number), static_cast<std::uint8_t>(number),
                             static_cast<std::uint32_t>(t), hello);
}

crypto::AddressToken HelloKeys::make_token(Instant now, const PeerAddress& address,
                                           const std::array<std::uint8_t, 32>& salt) {
  const std::uint64_t t = seconds(now);
  const std::uint64_t number = t / tokens_.period_seconds;
  return crypto::seal_address_token(key(tokens_, number), static_cast<std::uint8_t>(number), salt,
                                    static_cast<std::uint32_t>(t), address);
}

AddressCheck HelloKeys::check(Instant now, Bytes proof, const crypto::CookieHello& hello) {
  if (proof.empty()) return AddressCheck::kAbsent;
  if (const auto head = crypto::read_cookie(proof)) {
    const crypto::Secret* key = named_key(cookies_, now, head->key_epoch);
    if (key == nullptr) return AddressCheck::kCookieExpired;
    const auto expected = crypto::make_cookie(*key, head->key_epoch, head->t, hello);
    if (!crypto::constant_time_equal(expected, proof)) return AddressCheck::kCookieInvalid;
    return is_fresh(seconds(now), head->t, kCookieLifetime) ? AddressCheck::kCookie
                                                            : AddressCheck::kCookieExpired;
  }
  const auto epoch = crypto::token_epoch(proof);
  if (!epoch) return AddressCheck::kTokenInvalid;
  const crypto::Secret* key = named_key(tokens_, now, *epoch);
  if (key == nullptr) return AddressCheck::kTokenExpired;
  const auto content = crypto::open_address_token(*key, proof);
  // A token proves the address, not the port: a later session has another one [RETRY-15].
  if (!content || content->ip != hello.source.ip) return AddressCheck::kTokenInvalid;
  return is_fresh(seconds(now), content->t, kTokenLifetime) ? AddressCheck::kToken
                                                            : AddressCheck::kTokenExpired;
}

}  // namespace jetstream::endpoint
