// SPDX-License-Identifier: MIT
//
// Credit in bytes, of one stream or of the whole session; the rules are the same (RFC 9000 4.1).
// Both sides count from the beginning of the stream or session, so that what arrives late or twice
// does no harm.
#pragma once

#include <algorithm>
#include <cstdint>

#include "jetstream/time.h"

namespace jetstream::stream {

/// How much the peer lets this side send.
class SendCredit {
 public:
  explicit SendCredit(std::uint64_t limit) : limit_(limit) {}

  std::uint64_t available() const { return limit_ - used_; }
  std::uint64_t limit() const { return limit_; }
  std::uint64_t used() const { return used_; }
  void use(std::uint64_t bytes) { used_ += bytes; }
  /// A limit never shrinks; an older one that comes late changes nothing [FLOW-4].
  void raise(std::uint64_t limit) { limit_ = std::max(limit_, limit); }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
};

/// How much this side lets the peer send: `window` bytes beyond what was consumed, or less where
/// memory is short, announced in steps of at least half of it so that small reads do not cause a
/// frame each [FLOW-5].
class RecvCredit {
 public:
  static constexpr std::uint64_t kNoCap = UINT64_MAX;

  explicit RecvCredit(std::uint64_t window) : window_(window), announced_(window) {}

  std::uint64_t available() const { return announced_ - received_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t announced() const { return announced_; }
  std::uint64_t unconsumed() const { return received_ - consumed_; }
  std::uint64_t window() const { return window_; }
  /// `bytes` more than before arrived; they must have been available.
  void receive(std::uint64_t bytes) { received_ += bytes; }
  /// Those were not of this account after all.
  void unreceive(std::uint64_t bytes) { received_ -= bytes; }
  /// Memory for `bytes` of the received ones is free again.
  void consume(std::uint64_t bytes) { consumed_ += bytes; }

  // `cap`: how far beyond what was consumed memory allows to go now.

  /// The limit that could be announced now, whether that is worth a frame, and that it was done. It
  /// never shrinks.
  std::uint64_t limit(std::uint64_t cap = kNoCap) const {
    return std::max(announced_, consumed_ + std::min(window_, cap));
  }
  bool update_due(std::uint64_t cap = kNoCap) const {
    const std::uint64_t gain = limit(cap) - announced_;
    if (gain > 0 && peer_blocked_) return true;
    // Also when the peer has hardly any left: what lies unread elsewhere may be more than half of
    // the window.
    return gain > 0 && (gain >= std::min(window_, cap) / 2 || gain >= available());
  }
  void announce(std::uint64_t cap = kNoCap) {
    // Saying the same again, after a loss, does not help a peer that is blocked by it.
    if (limit(cap) > announced_) peer_blocked_ = false;
    announced_ = limit(cap);
  }
  /// The peer says that the limit `maximum` stops it: any gain is worth a frame now [FLOW-10].
  void on_blocked(std::uint64_t maximum) { peer_blocked_ |= maximum == announced_; }
  /// That is so still, and only the cap is in the way.
  bool waits_for(std::uint64_t cap) const {
    return peer_blocked_ && limit(cap) == announced_ && limit() > announced_;
  }

  /// Before announcing: doubles the window if it sets the pace and not whoever reads [FLOW-11]: if
  /// what could be announced became so much within two round trips, or the peer is blocked, and
  /// most of what came was consumed. A reader who is held back grows nothing.
  void tune(Instant now, Duration rtt, std::uint64_t window_max) {
    if (limit() == announced_) return;  // says the same again
    const bool fast = updated_at_ != Instant{} && now - updated_at_ < 2 * rtt;
    updated_at_ = now;
    if (rtt == Duration(0) || 2 * unconsumed() >= window_) return;
    if (fast || peer_blocked_) window_ = std::max(window_, std::min(2 * window_, window_max));
  }

 private:
  std::uint64_t window_;
  std::uint64_t announced_;
  std::uint64_t received_ = 0;
  std::uint64_t consumed_ = 0;
  Instant updated_at_{};
  bool peer_blocked_ = false;
};

}  // namespace jetstream::stream
