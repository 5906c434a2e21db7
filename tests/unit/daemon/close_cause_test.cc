// SPDX-License-Identifier: MIT
#include "daemon/sessions/close_cause.h"

#include <catch2/catch.hpp>

namespace jetstream::daemon {

TEST_CASE("Who or what ended a session is one word") {
  const auto cause = [](TransportCode code, std::optional<uid_t> admin = std::nullopt,
                        bool by_peer = false) {
    CloseInfo why;
    why.code = code;
    why.by_peer = by_peer;
    return close_cause(why, admin);
  };
  CHECK(cause(TransportCode::kAdminClose, 1000) == "admin:1000");
  CHECK(cause(TransportCode::kAdminClose) == "admin");
  CHECK(cause(TransportCode::kAdminClose, std::nullopt, true) == "peer");
  CHECK(cause(TransportCode::kProtocolViolation, std::nullopt, true) == "peer");
  CHECK(cause(TransportCode::kGoingAway) == "drain");
  CHECK(cause(TransportCode::kIdleTimeout) == "idle");
  CHECK(cause(TransportCode::kHeartbeatTimeout) == "idle");
  CHECK(cause(TransportCode::kRateLimited) == "limit");
  CHECK(cause(TransportCode::kExcessiveLoad) == "limit");
  CHECK(cause(TransportCode::kInternalError) == "internal");
  CHECK(cause(TransportCode::kNoError) == "local");
  CHECK(cause(TransportCode::kFlowControlError) == "protocol_error:flow_control_error");
}

}  // namespace jetstream::daemon
