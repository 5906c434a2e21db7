// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "jetstream/time.h"
#include "recovery/recovery.h"

namespace jetstream::recovery {

/// Finds the largest datagram the path carries by sending padded probes (RFC 8899, RFC 9000 14.3).
/// It climbs through the sizes that common links have and stops at the first that does not come
/// through; refining further would gain little. It also notices when a size that was found stops
/// working. Each step waits until there was more to send than fits: a session that has little to
/// say gains nothing from larger datagrams.
class PathMtu {
 public:
  /// Attempts for one size before it counts as too large (RFC 8899 5.1.2).
  static constexpr std::uint32_t kAttempts = 3;
  /// Losses of large packets in a row, without one that arrives, that mean the path has changed.
  static constexpr std::uint32_t kLossesToFallBack = 3;
  /// How long a search that has ended rests, because paths rarely change (RFC 8899 5.1.1).
  static constexpr Duration kPause = std::chrono::minutes(10);
  /// How long before it starts again after a fall-back. Shorter, because an outage of any kind
  /// looks like that.
  static constexpr Duration kFallBackPause = std::chrono::seconds(30);

  /// `maximum`: what both sides and the socket take; at least kBaseDatagramBytes.
  explicit PathMtu(std::uint32_t maximum);

  /// The datagram size in use.
  std::uint32_t current() const { return current_; }
  /// The size to probe now, if any; one probe is under way at a time.
  std::optional<std::uint32_t> probe_size(Instant now) const;
  /// More than one datagram of the size current() is waiting to be sent.
  void on_more_than_fits() { wanted_ = true; }
  void on_probe_sent(std::uint32_t size);
  /// True if current() has grown. Sizes other than that of the probe under way are ignored.
  bool on_probe_acked(std::uint32_t size);
  /// Also for a probe that the operating system refused.
  void on_probe_lost(Instant now, std::uint32_t size);

  /// The path is another one: everything is to be found out again.
  void restart();

  /// What became of ordinary packets; from FrameFates. True if current() fell back to
  /// kBaseDatagramBytes.
  bool on_packets(Instant now, std::uint32_t acked_bytes_max, std::uint32_t large_lost);
  /// The probe timeout fired: nothing that would tell of losses comes back. Result as above.
  bool on_probe_timeout(Instant now) { return on_packets(now, 0, 1); }

 private:
  /// The next larger size, 0 if there is none.
  std::uint32_t next_size() const;

  std::uint32_t maximum_;
  std::uint32_t current_ = kBaseDatagramBytes;
  std::uint32_t outstanding_ = 0;  ///< Size of the probe under way, or 0.
  std::uint32_t attempts_ = 0;     ///< Probes of the next size that were lost.
  std::uint32_t losses_ = 0;
  bool wanted_ = false;  ///< There was more than fits since the size last changed.
  Instant paused_until_ = Instant::min();
};

}  // namespace jetstream::recovery
