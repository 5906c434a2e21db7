// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/access/access_control.h"
#include "daemon/app/app_log.h"
#include "daemon/workers/app_state.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// What operators have changed about the running daemon that no configuration file says, so that
/// nothing drifts unseen: log levels, bans, a drain. Belongs to the main thread.
class AppRuntime {
 public:
  /// All must outlive this.
  AppRuntime(const AppLog& log, const AccessControl& access, const AppState& state)
      : log_(log), access_(access), state_(state) {}

  std::vector<control::RuntimeRow> rows() const;

 private:
  const AppLog& log_;
  const AccessControl& access_;
  const AppState& state_;
};

}  // namespace jetstream::daemon
