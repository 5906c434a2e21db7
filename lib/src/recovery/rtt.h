// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/time.h"

namespace jetstream::recovery {

/// The round trip time as RFC 9002 5 estimates it, and the two time-outs that follow from it.
class Rtt {
 public:
  /// What is assumed before the first sample (RFC 9002 6.2.2).
  static constexpr Duration kInitial = std::chrono::milliseconds(333);
  /// The finest time-out (RFC 9002 6.1.2).
  static constexpr Duration kGranularity = std::chrono::milliseconds(1);

  /// `ack_delay`: how long the peer says it held back the acknowledgement, already bounded by what
  /// it promised.
  void add_sample(Duration sample, Duration ack_delay);
  /// The path seems to be another one: the minimum starts over at the latest sample.
  void forget_min() { min_ = latest_; }

  bool has_sample() const { return has_sample_; }
  Duration smoothed() const { return smoothed_; }
  Duration variation() const { return variation_; }
  /// Both 0 before the first sample.
  Duration min() const { return min_; }
  Duration latest() const { return latest_; }

  /// How long an ack-eliciting packet may stay unanswered (RFC 9002 6.2.1).
  Duration probe_timeout(Duration max_ack_delay) const;
  /// How much later than a packet another one has to have been sent before its acknowledgement
  /// makes the first one lost (RFC 9002 6.1.2).
  Duration loss_delay() const;

 private:
  Duration smoothed_ = kInitial;
  Duration variation_ = kInitial / 2;
  Duration min_{};
  Duration latest_{};
  bool has_sample_ = false;
};

}  // namespace jetstream::recovery
