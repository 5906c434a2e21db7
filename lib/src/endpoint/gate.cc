// SPDX-License-Identifier: MIT
#include "endpoint/gate.h"

#include <algorithm>

namespace jetstream::endpoint {
namespace {

constexpr Violation kServerFull{TransportCode::kServerFull, "the server is full"};
constexpr Violation kSourceFull{TransportCode::kServerFull, "too many sessions from this address"};
constexpr Violation kSourceRate{TransportCode::kServerFull,
                                "too many handshakes from this address"};

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

/// Half of the room for clients without proof is.
bool half_taken(const HalfOpenTable& table) {
  return table.size(Half::kUnproven) * 2 >= table.capacity(Half::kUnproven);
}

HelloKeys keys_for(const ServerConfig& config, RandomSource& random) {
  return HelloKeys(config.hello_secret ? *config.hello_secret : *HelloSecret::generate(random));
}

}  // namespace

bool RetryPolicy::required(Instant now, bool half_taken) {
  if (half_taken) pressed_until_ = now + kCalmAfter;
  return would_be_required(now, half_taken);
}

Gate::Gate(const ServerConfig& config, RandomSource& random,
           const std::array<std::uint8_t, 16>& hash_key, Usage* usage)
    : keys_(keys_for(config, random)),
      policy_(config.retry),
      may_retry_(config.retry != RetryMode::kOff),
      sources_(config, hash_key, usage) {}

HelloFate Gate::fate_of(const Facts& facts) {
  if (facts.proven && !facts.within_rate) return HelloFate::kSourceRate;
  if (!facts.proven && facts.retry_required) return HelloFate::kRetry;
  if (facts.no_room == Admission::kNoNewSessions) return HelloFate::kNoNewSessions;
  if (facts.no_room) return HelloFate::kServerFull;
  return facts.source_full ? HelloFate::kSourceFull : HelloFate::kAccepted;
}

HelloFate Gate::foresee(Instant now, const PeerAddress& client, bool proven,
                        const HalfOpenTable& table, const std::optional<Admission>& no_room) {
  const bool within_rate = sources_.has_handshake(now, client);
  return fate_of({.proven = proven,
                  .retry_required = policy_.would_be_required(now, half_taken(table)) ||
                                    (may_retry_ && !within_rate),
                  .within_rate = within_rate,
                  .source_full = proven && sources_.is_full(client),
                  .no_room = no_room});
}

void Gate::configure(Instant now, const ServerConfig& config) {
  policy_.set_mode(config.retry);
  may_retry_ = config.retry != RetryMode::kOff;
  sources_.configure(now, config);
}

Gate::Decision Gate::decide(Instant now, const session::ReceivedHello& received,
                            const HalfOpenTable& table, const std::optional<Admission>& no_room,
                            EndpointStats& stats) {
  const auto count = [&](Admission what) { ++stats.admission[static_cast<std::size_t>(what)]; };
  const PeerAddress& client = received.path.remote;
  const Bytes proof = received.hello.cookie ? Bytes(*received.hello.cookie) : Bytes();
  AddressCheck check = keys_.check(now, proof, cookie_hello(received));
  // Who uses up its source's share without proof has to prove that it is this source. A forger
  // can't harm others by that: it only costs them a round trip [RETRY-19].
  Facts facts{.proven = check == AddressCheck::kCookie || check == AddressCheck::kToken,
              .retry_required = policy_.required(now, half_taken(table)) ||
                                (may_retry_ && !sources_.has_handshake(now, client)),
              .within_rate = true,
              .no_room = no_room};
  facts.within_rate = !facts.proven || sources_.take_handshake(now, client);
  facts.source_full = facts.proven && sources_.is_full(client);
  // Only where a slot would be taken [RETRY-9].
  if (check == AddressCheck::kCookie && fate_of(facts) == HelloFate::kAccepted &&
      !used_.insert(now, crypto::cookie_mac(proof))) {
    count(Admission::kCookieReused);
    check = AddressCheck::kAbsent;
    facts.proven = false;
  }
  const HelloFate fate = fate_of(facts);
  const auto checked = counted_as(check);
  if (checked && fate != HelloFate::kSourceRate) count(*checked);
  switch (fate) {
    case HelloFate::kSourceRate:
      count(Admission::kSourceRate);
      return {.action = Action::kIgnore};
    case HelloFate::kRetry:
      return {.action = Action::kRetry};
    case HelloFate::kNoNewSessions:
    case HelloFate::kServerFull:
      count(*no_room);
      return {.action = Action::kTurnAway, .refusal = kServerFull};
    case HelloFate::kSourceFull:
      count(Admission::kSourceFull);
      return {.action = Action::kTurnAway, .refusal = kSourceFull};
    default:
      return {.half = facts.proven ? Half::kProven : Half::kUnproven,
              .retried = check == AddressCheck::kCookie};
  }
}

std::optional<Violation> Gate::refusal(Instant now, const PeerAddress& client, Half half,
                                       const std::optional<Admission>& no_room,
                                       EndpointStats& stats) {
  const auto refuse = [&](Admission what, const Violation& why) {
    ++stats.admission[static_cast<std::size_t>(what)];
    return why;
  };
  // The others were charged when their hello came.
  if (half == Half::kUnproven && !sources_.take_handshake(now, client)) {
    return refuse(Admission::kSourceRate, kSourceRate);
  }
  if (no_room) return refuse(*no_room, kServerFull);
  if (sources_.is_full(client)) return refuse(Admission::kSourceFull, kSourceFull);
  return std::nullopt;
}

crypto::Cookie Gate::make_cookie(Instant now, const session::ReceivedHello& received) {
  return keys_.make_cookie(now, cookie_hello(received));
}

crypto::AddressToken Gate::make_token(Instant now, const PeerAddress& client,
                                      RandomSource& random) {
  std::array<std::uint8_t, 32> salt{};
  random.fill_public(salt);
  return keys_.make_token(now, client, salt);
}

}  // namespace jetstream::endpoint
