// SPDX-License-Identifier: MIT
#include "endpoint/gate.h"

#include <algorithm>

namespace jetstream::endpoint {
namespace {

crypto::CookieHello cookie_hello(const session::ReceivedHello& received) {
  return {.source = received.path.remote,
          .random = received.hello.random,
          .connection_id = received.hello.connection_id,
          .group = received.hello.groups[0]};
}

std::optional<Admission> counted_as(AddressCheck check) {
  switch (check) {
    case AddressCheck::kAbsent:
      return std::nullopt;
    case AddressCheck::kCookie:
      return Admission::kCookieAccepted;
    case AddressCheck::kCookieExpired:
      return Admission::kCookieExpired;
    case AddressCheck::kCookieInvalid:
      return Admission::kCookieInvalid;
    case AddressCheck::kToken:
      return Admission::kTokenAccepted;
    case AddressCheck::kTokenExpired:
      return Admission::kTokenExpired;
    case AddressCheck::kTokenInvalid:
      return Admission::kTokenInvalid;
  }
  return std::nullopt;
}

HelloKeys keys_for(const ServerConfig& config, RandomSource& random) {
  return HelloKeys(config.hello_secret ? *config.hello_secret : *HelloSecret::generate(random));
}

}  // namespace

bool RetryPolicy::required(Instant now, bool half_taken) {
  if (mode_ != RetryMode::kAuto) return mode_ == RetryMode::kAlways;
  if (half_taken) pressed_until_ = now + kCalmAfter;
  return now < pressed_until_;
}

Gate::Gate(const ServerConfig& config, RandomSource& random)
    : keys_(keys_for(config, random)), policy_(config.retry) {}

Gate::Decision Gate::decide(Instant now, const session::ReceivedHello& received,
                            const HalfOpenTable& table, bool server_full, EndpointStats& stats) {
  const auto count = [&](Admission what) { ++stats.admission[static_cast<std::size_t>(what)]; };
  const Bytes proof = received.hello.cookie ? Bytes(*received.hello.cookie) : Bytes();
  AddressCheck check = keys_.check(now, proof, cookie_hello(received));
  const bool half_taken = table.size(Half::kUnproven) * 2 >= table.capacity(Half::kUnproven);
  const bool retry_required = policy_.required(now, half_taken);

  // Only where a slot would be taken [RETRY-9].
  if (check == AddressCheck::kCookie && !server_full &&
      !used_.insert(now, crypto::cookie_mac(proof))) {
    count(Admission::kCookieReused);
    check = AddressCheck::kAbsent;
  }
  if (const auto what = counted_as(check)) count(*what);
  const bool proven = check == AddressCheck::kCookie || check == AddressCheck::kToken;
  if (!proven && retry_required) return {.action = Action::kRetry};
  if (server_full) return {.action = Action::kTurnAway};
  return {.half = proven ? Half::kProven : Half::kUnproven,
          .retried = check == AddressCheck::kCookie};
}

crypto::Cookie Gate::make_cookie(Instant now, const session::ReceivedHello& received) {
  return keys_.make_cookie(now, cookie_hello(received));
}

}  // namespace jetstream::endpoint
