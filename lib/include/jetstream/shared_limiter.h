// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "jetstream/rate_limits.h"

namespace jetstream {

/// The global limits of a process, in each direction.
struct SharedLimiterOptions {
  /// 0 is off. At most 10^9 messages and 16 GiB.
  std::uint64_t messages_per_second = 0;
  std::uint64_t bytes_per_second = 0;
  /// The largest message, which fits into the burst: SessionConfig::message_bytes_max.
  std::uint64_t message_bytes_max = 256 * 1024;
  /// How many endpoints share them; each leases 1/(8 x leaseholders) of a second's worth at a time.
  std::uint32_t leaseholders = 1;
  friend bool operator==(const SharedLimiterOptions&, const SharedLimiterOptions&) = default;
};

/// For EndpointConfig::shared_limiter of every endpoint of the process. Starts full.
std::shared_ptr<SharedLimiter> make_shared_limiter(const SharedLimiterOptions& options);

}  // namespace jetstream
