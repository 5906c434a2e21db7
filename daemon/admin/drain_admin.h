// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "daemon/admin/admin_done.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// How to drain. What is not set is as configured.
struct DrainOrder {
  std::optional<std::chrono::milliseconds> deadline;
  std::optional<std::chrono::milliseconds> pace;
  std::optional<std::chrono::milliseconds> retry_after;
  std::optional<PeerAddress> alternate;
  std::uint64_t sessions_left = 0;
  control::DrainEnd then = control::DrainEnd::kHold;
  /// After which the drain is cancelled by itself.
  std::optional<std::chrono::milliseconds> hold;
};

enum class DrainOutcome : std::uint8_t {
  kDone,
  kAlready,   ///< start: one is under way, or over. cancel: there is none.
  kStopping,  ///< The daemon stops; nothing can be changed about that.
};

struct DrainAnswer {
  DrainOutcome outcome = DrainOutcome::kDone;
  control::DrainReport report;
};

/// What the admin socket wants of drains.
class DrainAdmin {
 public:
  virtual ~DrainAdmin() = default;

  virtual void drain_start(const DrainOrder& order, Done<DrainAnswer> done) = 0;
  virtual void drain_cancel(Done<DrainAnswer> done) = 0;
  virtual void drain_status(Done<DrainAnswer> done) = 0;
};

}  // namespace jetstream::daemon
