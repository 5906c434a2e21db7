// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "daemon/admin/admin_done.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

enum class StopOutcome : std::uint8_t {
  kStopping,  ///< Begun: all sessions are being closed.
  kAlready,   ///< It was under way before, and this request changes nothing.
};

/// What the admin socket wants of the daemon as a whole.
class DaemonAdmin {
 public:
  virtual ~DaemonAdmin() = default;

  /// Everything but `version` and `pid`.
  virtual void status(Done<control::StatusReport> done) = 0;
  /// `now` closes all sessions at once and waits for nothing; it hastens a stop that waits.
  virtual void stop(bool now, Done<StopOutcome> done) = 0;
};

}  // namespace jetstream::daemon
