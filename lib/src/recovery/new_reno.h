// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

#include "recovery/congestion_controller.h"

namespace jetstream::recovery {

/// The controller of RFC 9002 7: slow start, then one datagram a round trip, half the window once a
/// round trip with losses.
class NewReno final : public CongestionController {
 public:
  explicit NewReno(std::uint32_t datagram_bytes);

  void on_sent(Instant now, std::uint32_t bytes) override;
  void on_acked(Instant sent_at, std::uint32_t bytes, bool underused) override;
  void on_lost(Instant now, Instant newest_sent_at) override;
  void on_persistent_congestion() override;
  void restart(Instant now) override;
  /// A larger datagram, found by MTU discovery, raises the window to the initial one of that size:
  /// otherwise two datagrams could be all that fits.
  void set_datagram_bytes(std::uint32_t bytes) override;
  std::uint64_t window() const override { return window_; }

  std::uint64_t slow_start_threshold() const { return slow_start_threshold_; }
  /// RFC 9002 7.2.
  static std::uint64_t initial_window(std::uint32_t datagram_bytes);

 private:
  std::uint64_t minimum_window() const { return 2 * std::uint64_t{datagram_bytes_}; }

  std::uint32_t datagram_bytes_;
  std::uint64_t window_;
  std::uint64_t slow_start_threshold_ = std::numeric_limits<std::uint64_t>::max();
  /// Acknowledged in congestion avoidance since the window last grew.
  std::uint64_t acked_bytes_ = 0;
  /// Packets sent up to here belong to a congestion event that was answered already.
  Instant recovery_start_ = Instant::min();
};

}  // namespace jetstream::recovery
