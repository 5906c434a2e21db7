// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "jetstream/time.h"

namespace jetstream::session {

/// Finds out whether a silent peer is still there. A ping goes out only when nothing authenticated
/// has come for an interval; it counts as missed when nothing authenticated came during the next
/// one; after `timeout_count` misses the peer is gone [LIVE-5]. Pings asked for by hand go out in
/// between and are never missed.
///
/// What is received moves no timer: deadline() stays where it is, and on_timeout() finds out how
/// much later it has become.
class Heartbeat {
 public:
  /// `timeout_count` 0: never declares the peer gone. Disabled: only pings by hand.
  Heartbeat(bool enabled, Duration interval, std::uint32_t timeout_count, Instant now);

  /// Other settings from now on. A silence that lasts already counts towards the new interval only
  /// if that is the shorter one.
  void configure(Instant now, bool enabled, Duration interval, std::uint32_t timeout_count);

  /// How many of the latest pings an answer is still understood of.
  static constexpr std::size_t kRemembered = 4;

  /// Anything authenticated came.
  void on_activity(Instant now);
  /// The answer to `sequence` came; its round trip if that is one of the latest pings and this is
  /// its first answer.
  std::optional<Duration> on_pong(Instant now, std::uint64_t sequence);
  /// At deadline(): a ping becomes due, or the peer is found gone, or all is well.
  void on_timeout(Instant now);
  /// Asks for a ping now.
  void request();

  bool ping_due() const { return ping_due_; }
  /// The sequence of the ping that leaves now.
  std::uint64_t take_ping(Instant now);
  bool peer_gone() const { return peer_gone_; }
  Instant deadline() const;

  /// The sequence of the ping that left last; 0 if none did.
  std::uint64_t latest() const { return sequence_; }
  std::uint64_t answered() const { return pings_ ? pings_->answered : 0; }
  /// Which ping was answered last, and how long that took.
  std::uint64_t last_answered() const { return pings_ ? pings_->last_answered : 0; }
  Duration last_rtt() const { return pings_ ? pings_->last_rtt : Duration{}; }

 private:
  /// What only a side that pings has to remember.
  struct Pings {
    std::array<Instant, kRemembered> sent_at;  // by sequence; kNever once it is answered
    std::uint64_t answered = 0;
    std::uint64_t last_answered = 0;
    Duration last_rtt{};
  };

  Instant active_at_;  // the latest activity
  Instant next_;       // when silence becomes a ping, or a ping a miss, unless something has come
  Duration interval_;
  std::unique_ptr<Pings> pings_;
  std::uint64_t sequence_ = 0;
  std::uint32_t timeout_count_;
  std::uint32_t unanswered_ = 0;
  bool enabled_;
  bool ping_due_ = false;
  bool peer_gone_ = false;
};

}  // namespace jetstream::session
