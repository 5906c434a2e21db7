// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/interval_set.h"
#include "jetstream/time.h"
#include "wire/sent_frame.h"

namespace jetstream::recovery {

/// The receiver's half of reliability: which packet numbers came, and when to say so (RFC
/// 9000 13.2). At most kRangesKept ranges are remembered, the newest ones; what falls out is
/// covered by the replay window.
class AckTracker {
 public:
  static constexpr std::size_t kRangesKept = 32;
  /// Ack-eliciting packets after which an ACK is sent without waiting (RFC 9000 13.2.2).
  static constexpr std::uint32_t kTolerance = 2;
  /// The longest an ACK is held back, the default of RFC 9000 18.2 [ACK-1].
  static constexpr Duration kMaxAckDelay = std::chrono::milliseconds(25);

  /// An authenticated packet that is no duplicate, once it was processed [ACK-4]. A gap or
  /// `immediate` (a FIN, say) asks for an ACK at once.
  void on_packet(Instant now, std::uint64_t number, bool ack_eliciting, bool immediate);
  /// An ACK should leave now, alone if need be. True only after the batch: ask at flush [ACK-2].
  bool ack_due(Instant now) const;
  /// There is something unacknowledged that a packet leaving anyway should carry.
  bool ack_pending() const;
  /// When ack_due() becomes true by itself; kNever if nothing waits.
  Instant deadline() const;
  /// Writes an ACK frame of as many ranges as fit, newest first; false if not even one does or
  /// nothing was received. Nothing is pending afterwards.
  bool write_ack(Instant now, base::ByteWriter& writer, wire::SentFrame& sent);
  /// The peer has that ACK: ranges at or below its largest number need not be repeated.
  void on_ack_acked(const wire::SentFrame& sent);
  std::optional<std::uint64_t> largest() const;

 private:
  base::IntervalSet received_;
  Instant largest_at_{};
  Instant deadline_ = kNever;
  std::uint32_t eliciting_unacked_ = 0;
  bool immediate_ = false;
};

}  // namespace jetstream::recovery
