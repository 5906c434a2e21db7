// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "endpoint/half_open_table.h"
#include "endpoint/hello_keys.h"
#include "endpoint/used_cookies.h"
#include "jetstream/config.h"
#include "jetstream/stats.h"

namespace jetstream::endpoint {

/// When clients have to prove their address before a server does work for them [RETRY-10].
class RetryPolicy {
 public:
  explicit RetryPolicy(RetryMode mode) : mode_(mode) {}

  /// A hello was dropped because there was no room for it.
  void on_dropped(Instant now) { pressed_until_ = now + kCalmAfter; }
  /// Whether hellos without proof get a Retry now; `half_taken` says whether half of the room for
  /// them is.
  bool required(Instant now, bool half_taken);

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
  Gate(const ServerConfig& config, RandomSource& random);

  enum class Action : std::uint8_t {
    kAnswer,    ///< Start a handshake, in the half of `half`.
    kRetry,     ///< Send a Retry with make_cookie().
    kTurnAway,  ///< Say that the server is full.
    kDrop,      ///< Say nothing; `reason` why.
  };
  struct Decision {
    Action action = Action::kAnswer;
    Half half = Half::kUnproven;
    bool retried = false;
    DropReason reason = DropReason::kUnexpected;
  };
  Decision decide(Instant now, const session::ReceivedHello& received, const HalfOpenTable& table,
                  bool server_full, EndpointStats& stats);
  void on_dropped(Instant now) { policy_.on_dropped(now); }
  crypto::Cookie make_cookie(Instant now, const session::ReceivedHello& received);

 private:
  HelloKeys keys_;
  UsedCookies used_;
  RetryPolicy policy_;
};

}  // namespace jetstream::endpoint
