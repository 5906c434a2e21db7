// SPDX-License-Identifier: MIT
#include "jetstream/error.h"

namespace jetstream {

CloseReason reason_of(TransportCode code) {
  switch (code) {
    case TransportCode::kNoError:
    case TransportCode::kAdminClose:
      return CloseReason::kNormal;
    case TransportCode::kGoingAway:
    case TransportCode::kServerFull:
      return CloseReason::kGoingAway;
    case TransportCode::kIdleTimeout:
    case TransportCode::kHeartbeatTimeout:
      return CloseReason::kTimeout;
    case TransportCode::kExcessiveLoad:
    case TransportCode::kRateLimited:
      return CloseReason::kRateLimitExceeded;
    case TransportCode::kInternalError:
    case TransportCode::kApplicationError:
    case TransportCode::kAeadLimitReached:
      return CloseReason::kInternalError;
    case TransportCode::kFlowControlError:
    case TransportCode::kStreamLimitError:
    case TransportCode::kStreamStateError:
    case TransportCode::kFinalSizeError:
    case TransportCode::kFrameEncodingError:
    case TransportCode::kParameterError:
    case TransportCode::kConnectionIdLimitError:
    case TransportCode::kProtocolViolation:
    case TransportCode::kKeyUpdateError:
    case TransportCode::kHandshakeFailed:
    case TransportCode::kClientIdentityRequired:
    case TransportCode::kClientIdentityRefused:
      return CloseReason::kProtocolError;
  }
  return CloseReason::kProtocolError;  // a code of a later version
}

}  // namespace jetstream
