// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "endpoint/half_open_table.h"
#include "endpoint/hello_keys.h"
#include "endpoint/sources.h"
#include "endpoint/used_cookies.h"
#include "jetstream/config.h"
#include "jetstream/stats.h"

namespace jetstream::endpoint {

/// When clients have to prove their address before a server does work for them [RETRY-10].
class RetryPolicy {
 public:
  explicit RetryPolicy(RetryMode mode) : mode_(mode) {}

  void set_mode(RetryMode mode) { mode_ = mode; }
  /// A hello was dropped because there was no room for it.
  void on_dropped(Instant now) { pressed_until_ = now + kCalmAfter; }
  /// Whether hellos without proof get a Retry now; `half_taken` says whether half of the room for
  /// them is.
  bool required(Instant now, bool half_taken);
  /// The same without remembering the pressure.
  bool would_be_required(Instant now, bool half_taken) const {
    return mode_ == RetryMode::kAuto ? half_taken || now < pressed_until_
                                     : mode_ == RetryMode::kAlways;
  }

 private:
  /// Pressure has to be gone for this long before clients need not prove themselves any more.
  static constexpr Duration kCalmAfter = std::chrono::seconds(1);

  RetryMode mode_;
  Instant pressed_until_{};
};

/// Decides about every hello that asks for a new handshake: who has to prove its address first, and
/// who has done so. What it remembers is of fixed size.
class Gate {
 public:
  /// `usage`: see Sources.
  Gate(const ServerConfig& config, RandomSource& random,
       const std::array<std::uint8_t, 16>& hash_key, Usage* usage);

  /// Other limits from now on, for hellos that come.
  void configure(Instant now, const ServerConfig& config);

  enum class Action : std::uint8_t {
    kAnswer,    ///< Start a handshake, in the half of `half`.
    kRetry,     ///< Send a Retry with make_cookie().
    kTurnAway,  ///< Tell the client `refusal`.
    kIgnore,    ///< Say nothing.
  };
  struct Decision {
    Action action = Action::kAnswer;
    Half half = Half::kUnproven;
    bool retried = false;
    Violation refusal{};
  };
  /// `no_room` says why there can be no further session at all. Counts what it decides in `stats`.
  Decision decide(Instant now, const session::ReceivedHello& received, const HalfOpenTable& table,
                  const std::optional<Admission>& no_room, EndpointStats& stats);
  /// The client has finished its handshake, which proves its address in any case: why it does not
  /// get its session all the same.
  std::optional<Violation> refusal(Instant now, const PeerAddress& client, Half half,
                                   const std::optional<Admission>& no_room, EndpointStats& stats);
  /// What decide() would say of a hello from there with or without proof, as far as the gate goes.
  /// Changes nothing.
  HelloFate foresee(Instant now, const PeerAddress& client, bool proven, const HalfOpenTable& table,
                    const std::optional<Admission>& no_room);
  Sources& sources() { return sources_; }
  void on_dropped(Instant now) { policy_.on_dropped(now); }
  crypto::Cookie make_cookie(Instant now, const session::ReceivedHello& received);
  /// For a client that has proven its address by finishing its handshake.
  crypto::AddressToken make_token(Instant now, const PeerAddress& client, RandomSource& random);

 private:
  /// All that counts about a hello.
  struct Facts {
    bool proven = false;
    bool retry_required = false;
    bool within_rate = true;  ///< Of its source.
    bool source_full = false;
    std::optional<Admission> no_room;
  };
  static HelloFate fate_of(const Facts& facts);

  HelloKeys keys_;
  UsedCookies used_;
  RetryPolicy policy_;
  bool may_retry_;
  Sources sources_;
};

}  // namespace jetstream::endpoint
