// SPDX-License-Identifier: MIT
#include "daemon/workers/app_state.h"

namespace jetstream::daemon {

std::string_view AppState::name() const {
  if (stopping) return "stopping";
  switch (drain.progress().state) {
    case DrainControl::State::kDraining:
      return "draining";
    case DrainControl::State::kDrained:
      return "drained";
    case DrainControl::State::kIdle:
      break;
  }
  return "running";
}

}  // namespace jetstream::daemon
