// SPDX-License-Identifier: MIT
#include "daemon/sessions/close_cause.h"

namespace jetstream::daemon {

std::string close_cause(const CloseInfo& why, std::optional<uid_t> admin) {
  if (why.by_peer) return "peer";
  switch (why.code) {
    case TransportCode::kAdminClose:
      return admin ? "admin:" + std::to_string(*admin) : "admin";
    case TransportCode::kGoingAway:
      return "drain";
    case TransportCode::kIdleTimeout:
    case TransportCode::kHeartbeatTimeout:
      return "idle";
    case TransportCode::kRateLimited:
    case TransportCode::kExcessiveLoad:
      return "limit";
    case TransportCode::kInternalError:
    case TransportCode::kAeadLimitReached:
      return "internal";
    case TransportCode::kNoError:
    case TransportCode::kApplicationError:
      return "local";
    default:
      return "protocol_error:" + std::string(to_string(why.code));
  }
}

}  // namespace jetstream::daemon
