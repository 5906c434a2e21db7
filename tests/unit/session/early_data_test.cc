// SPDX-License-Identifier: MIT
#include "session/early_data.h"

#include <catch2/catch.hpp>

#include "session/early_reception.h"
#include "support/raw_peer.h"

using namespace jetstream;
using namespace jetstream::session;
using namespace jetstream::testing;

namespace {

wire::StreamFrame data_on(std::uint32_t stream) {
  return {.stream = StreamId(stream), .offset = 0, .data = as_bytes("x")};
}

bool legal(const Buffer& payload) {
  const auto checked = check_early_frames(payload);
  if (!checked) CHECK(checked.error().code == TransportCode::kProtocolViolation);
  return checked.has_value();
}

}  // namespace

TEST_CASE("early data is streams of the client and nothing else [RES-16]") {
  const wire::OpenFrame open{.stream = StreamId(1), .service = "echo"};
  CHECK(legal(frames(open, data_on(1), wire::PingFrame{}, wire::PaddingFrame{3})));
  CHECK(legal(frames(wire::ResetStreamFrame{.stream = StreamId(1), .code = 0, .final_size = 0})));
  CHECK(legal(frames(wire::MsgFrame{.stream = StreamId(1), .total = 1, .data = as_bytes("x")})));
  CHECK_FALSE(legal(frames(data_on(2))));
  CHECK_FALSE(
      legal(frames(wire::MsgFrame{.stream = StreamId(2), .total = 1, .data = as_bytes("x")})));
  CHECK_FALSE(legal(frames(wire::MsgSkipFrame{.stream = StreamId(1)})));
  CHECK_FALSE(legal(frames(wire::DataBlockedFrame{1})));
  CHECK_FALSE(legal(frames(wire::ResetStreamFrame{.stream = StreamId(2)})));
  CHECK_FALSE(legal(frames(wire::StopSendingFrame{.stream = StreamId(1)})));
  CHECK_FALSE(legal(frames(wire::MaxDataFrame{1})));
  CHECK_FALSE(legal(frames(wire::MaxStreamDataFrame{StreamId(1), 1})));
  CHECK_FALSE(legal(frames(wire::MaxStreamsFrame{1})));
  CHECK_FALSE(legal(frames(wire::CloseFrame{})));
  CHECK_FALSE(legal(frames(wire::HandshakeDoneFrame{})));
  CHECK_FALSE(legal(frames(wire::HeartbeatFrame{1, false})));
  CHECK_FALSE(legal(frames(wire::TicketRequestFrame{1})));
  CHECK_FALSE(legal(frames(open, wire::TicketRequestFrame{1})));
}

TEST_CASE("early data is on the first eight streams [RES-17]") {
  CHECK(legal(frames(data_on(15))));
  CHECK_FALSE(legal(frames(data_on(17))));
}

TEST_CASE("a server takes as many bytes as the ticket says and not one more [RES-17]") {
  const std::vector<std::string> services = {"echo"};
  EarlyReception reception({}, 1000, services);
  CHECK(reception.take(999));
  CHECK_FALSE(reception.take(2));
  CHECK(reception.take(1));
  CHECK_FALSE(reception.take(1));
}
