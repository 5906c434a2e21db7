// SPDX-License-Identifier: MIT
#pragma once

#include "recovery/recovery.h"
#include "recovery/sent_packets.h"

namespace jetstream::recovery {

/// How many numbers later a packet has to be to make an earlier one lost (RFC 9002 6.1.1).
inline constexpr std::uint64_t kPacketThreshold = 3;

/// What decides whether a packet is lost.
struct LossRules {
  Instant now;
  /// Only what was sent before this packet can be lost.
  std::uint64_t largest_acked = 0;
  /// How much older than `now` a packet has to be.
  Duration delay{};
  /// How long a time without any acknowledgement is persistent congestion (RFC 9002 7.6.1).
  Duration persistent_after{};
  /// Packets up to here say nothing about persistence: without a round trip time, time-outs are
  /// guesses.
  Instant first_sample_at;
};

/// What was found; MTU probes are in none of the numbers [ACK-10].
struct LossReport {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  Instant newest_sent_at{};
  bool persistent = false;
  /// When the next packet will be lost by time alone; kNever if none is at risk.
  Instant next_at = kNever;
};

/// Marks packets lost [ACK-7] and appends their frames to `fates`. The packets stay in `sent` until
/// they are popped.
LossReport find_losses(const LossRules& rules, SentPackets& sent, FrameFates& fates);

}  // namespace jetstream::recovery
