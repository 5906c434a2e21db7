// SPDX-License-Identifier: MIT
#include "recovery/rtt.h"

#include <algorithm>

namespace jetstream::recovery {

void Rtt::add_sample(Duration sample, Duration ack_delay) {
  latest_ = std::max(sample, Duration::zero());
  if (!has_sample_) {
    has_sample_ = true;
    min_ = latest_;
    smoothed_ = latest_;
    variation_ = latest_ / 2;
    return;
  }
  min_ = std::min(min_, latest_);
  // A delay that would bring the sample below the minimum is not believed.
  Duration adjusted = latest_ >= min_ + ack_delay ? latest_ - ack_delay : latest_;
  Duration deviation = adjusted > smoothed_ ? adjusted - smoothed_ : smoothed_ - adjusted;
  variation_ = (3 * variation_ + deviation) / 4;
  smoothed_ = (7 * smoothed_ + adjusted) / 8;
}

Duration Rtt::probe_timeout(Duration max_ack_delay) const {
  return smoothed_ + std::max(4 * variation_, kGranularity) + max_ack_delay;
}

Duration Rtt::loss_delay() const {
  return std::max(std::max(smoothed_, latest_) * 9 / 8, kGranularity);
}

}  // namespace jetstream::recovery
