// SPDX-License-Identifier: MIT
//
// Credit in bytes, of one stream or of the whole session; the rules are the same (RFC 9000 4.1).
// Both sides count from the beginning of the stream or session, so that what arrives late or twice
// does no harm.
#pragma once

#include <algorithm>
#include <cstdint>

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

/// How much this side lets the peer send: always `window` bytes beyond what was consumed, announced
/// in steps of at least half of it so that small reads do not cause a frame each [FLOW-5].
class RecvCredit {
 public:
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

  /// The limit that could be announced now, whether that is worth a frame, and that it was done.
  std::uint64_t limit() const { return consumed_ + window_; }
  bool update_due() const {
    const std::uint64_t gain = limit() - announced_;
    if (gain > 0 && peer_blocked_) return true;
    // Also when the peer has hardly any left: what lies unread elsewhere may be more than half of
    // the window.
    return gain > 0 && (gain >= window_ / 2 || gain >= available());
  }
  void announce() {
    // Saying the same again, after a loss, does not help a peer that is blocked by it.
    if (limit() > announced_) peer_blocked_ = false;
    announced_ = limit();
  }
  /// The peer says that the limit `maximum` stops it: any gain is worth a frame now [FLOW-10].
  void on_blocked(std::uint64_t maximum) { peer_blocked_ |= maximum == announced_; }

 private:
  std::uint64_t window_;
  std::uint64_t announced_;
  std::uint64_t received_ = 0;
  std::uint64_t consumed_ = 0;
  bool peer_blocked_ = false;
};

}  // namespace jetstream::stream
