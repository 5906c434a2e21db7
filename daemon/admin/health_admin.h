// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/admin/admin_done.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// What somebody waits for.
struct WaitFor {
  enum class What : std::uint8_t {
    kReady,     ///< New clients are welcome.
    kDrained,   ///< A drain is over.
    kSessions,  ///< At most `sessions` are established.
  };
  What what = What::kReady;
  std::uint64_t sessions = 0;
};

/// Reads "ready", "drained" and "sessions<=N".
std::optional<WaitFor> parse_wait_for(std::string_view text);

struct HealthAnswer {
  control::HealthReport report;  ///< Without `ok`.
  std::vector<control::HealthRow> rows;
};

/// What the admin socket wants to know of how the daemon is.
class HealthAdmin {
 public:
  virtual ~HealthAdmin() = default;

  virtual HealthAnswer health() = 0;
  /// In Prometheus' text format.
  virtual std::string metrics() = 0;
  virtual std::vector<control::StatRow> stats() = 0;
  /// `done` comes when it is so, or, without a report, after `timeout`; perhaps before this
  /// returns. The number is for forget(); 0 if too many wait already, and `done` never comes then.
  virtual std::uint64_t wait(const WaitFor& what, std::chrono::milliseconds timeout,
                             Done<std::optional<control::WaitReport>> done) = 0;
  /// Nobody waits there any more. Without effect after `done` has come.
  virtual void forget(std::uint64_t waiter) = 0;
};

}  // namespace jetstream::daemon
