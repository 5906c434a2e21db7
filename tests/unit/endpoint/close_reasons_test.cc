// SPDX-License-Identifier: MIT
//
// All six reasons, from every side that can give them, as they arrive at the other.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

struct Reason {
  CloseReason reason;
  TransportCode code;
};
constexpr Reason kReasons[] = {
    {CloseReason::kNormal, TransportCode::kNoError},
    {CloseReason::kGoingAway, TransportCode::kGoingAway},
    {CloseReason::kProtocolError, TransportCode::kProtocolViolation},
    {CloseReason::kTimeout, TransportCode::kIdleTimeout},
    {CloseReason::kRateLimitExceeded, TransportCode::kExcessiveLoad},
    {CloseReason::kInternalError, TransportCode::kInternalError},
};

/// Closes one side of a session by `close` and returns what the other one is told.
template <class Close>
CloseInfo heard(bool by_server, Close close) {
  World world(3);
  Node& server = world.add_server();
  Node& client = world.add_client();
  const SessionHandle session = world.connect(client, server);
  REQUIRE(world.run_until([&] { return server.saw(EventKind::kAccepted); }));
  const SessionHandle accepted = server.events.at(0).session;
  Node& closer = by_server ? server : client;
  Node& other = by_server ? client : server;
  REQUIRE(close(*closer.endpoint, world.now(), by_server ? accepted : session));
  REQUIRE(world.run_until([&] { return other.saw(EventKind::kClosed); }, 1s));
  const CloseInfo* info = other.endpoint->close_info(by_server ? session : accepted);
  REQUIRE(info != nullptr);
  CHECK(info->by_peer);
  return *info;
}

}  // namespace

TEST_CASE("every reason arrives with its code and its message, whoever closes") {
  for (const bool by_server : {false, true}) {
    for (const Reason& each : kReasons) {
      const std::string message = "because of " + std::string(to_string(each.reason));
      const CloseInfo info =
          heard(by_server, [&](Endpoint& endpoint, Instant now, SessionHandle session) {
            return endpoint.close(now, session, each.reason, message);
          });
      CHECK(info.reason == each.reason);
      CHECK(info.code == each.code);
      CHECK(info.message == message);
      CHECK(info.frame_type == 0);
    }
  }
}

TEST_CASE("every reason of a drain arrives too") {
  for (const bool by_server : {false, true}) {
    for (const Reason& each : kReasons) {
      const CloseInfo info =
          heard(by_server, [&](Endpoint& endpoint, Instant now, SessionHandle session) {
            DrainOptions options;
            options.reason = each.reason;
            options.message = "in order";
            return endpoint.drain(now, session, options);
          });
      CHECK(info.reason == each.reason);
      CHECK(info.code == each.code);
      CHECK(info.message == "in order");
    }
  }
}

TEST_CASE("an operator's close has a code of its own beside any reason, and advice") {
  for (const Reason& each : kReasons) {
    const CloseInfo info = heard(true, [&](Endpoint& endpoint, Instant now, SessionHandle session) {
      CloseInfo why;
      why.reason = each.reason;
      why.code = TransportCode::kAdminClose;
      why.message = "by hand";
      why.retry_after = 90s;
      why.alternate = kOtherAddress;
      return endpoint.close(now, session, why);
    });
    CHECK(info.reason == each.reason);
    CHECK(info.code == TransportCode::kAdminClose);
    CHECK(info.message == "by hand");
    CHECK(info.retry_after == 90s);
    CHECK(info.alternate == kOtherAddress);
  }
}

TEST_CASE("what closes because of a frame says of which [ENC-9, HS-25]") {
  const auto told = [](Bytes payload) {
    ServedClient served;
    const auto answer = served.say(payload);
    for (const Buffer& one : answer) {
      if (const auto close = find_frame<wire::CloseFrame>(one)) return close->frame_type;
    }
    return std::uint64_t{0};
  };
  CHECK(told(frames(wire::HandshakeDoneFrame{})) == 0x1e);
  CHECK(told(Buffer{0x10}) == 0x10);              // cut off
  CHECK(told(Buffer{0x7f}) == 0x7f);              // unknown
  CHECK(told(Buffer{0x05, 0x02, 0x00}) == 0x05);  // a stream of the server that there is not
  CHECK(told(frames(wire::PingFrame{})) == 0);    // nothing wrong
}
