// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "daemon/workers/drain_control.h"

namespace jetstream::daemon {

/// What the daemon is about, in one word for people and scripts.
struct AppState {
  const DrainControl& drain;
  bool stopping = false;

  /// running, draining, drained or stopping.
  std::string_view name() const;
};

}  // namespace jetstream::daemon
