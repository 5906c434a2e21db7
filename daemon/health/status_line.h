// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "jetstream/time.h"

namespace jetstream::daemon {

/// "3.2 Gbit/s", "870 kbit/s": what people say of a line.
std::string format_bit_rate(double bits_per_second);

/// What `systemctl status` shows of a daemon that serves: "4211 sessions, 3.2 Gbit/s". Renewed
/// every ten seconds, if it has changed.
class StatusLine {
 public:
  static constexpr Duration kEvery = std::chrono::seconds(10);

  /// `bytes`: sent and received since the start. The new line, if it is time for one and it
  /// differs.
  std::optional<std::string> take(Instant now, std::uint64_t sessions, std::uint64_t bytes);

 private:
  std::optional<Instant> told_at_;
  std::uint64_t told_bytes_ = 0;
  std::string told_;
};

}  // namespace jetstream::daemon
