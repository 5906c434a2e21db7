// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "daemon/admin_done.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

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

  /// `deadline` instead of the configured one.
  virtual void drain_start(std::optional<std::chrono::milliseconds> deadline,
                           Done<DrainAnswer> done) = 0;
  virtual void drain_cancel(Done<DrainAnswer> done) = 0;
  virtual void drain_status(Done<DrainAnswer> done) = 0;
};

}  // namespace jetstream::daemon
