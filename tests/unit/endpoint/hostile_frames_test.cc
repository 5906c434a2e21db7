// SPDX-License-Identifier: MIT
//
// A client with real keys says what nobody may say.
#include <catch2/catch.hpp>
#include <set>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

wire::OpenFrame open_frame(std::uint32_t id, Framing framing = Framing::kBytes) {
  return {.stream = StreamId(id), .service = "x", .urgency = 3, .weight = 1, .framing = framing};
}

wire::StreamFrame data_frame(std::uint32_t id, std::uint64_t offset, Bytes data, bool fin = false) {
  return {.stream = StreamId(id), .offset = offset, .data = data, .fin = fin};
}

/// How a server with default limits closes on this payload; nullopt if it does not.
std::optional<TransportCode> verdict(Bytes payload) {
  ServedClient served;
  REQUIRE(served.server->session_count() == 1);
  const auto answer = served.say(payload);
  const auto code = ServedClient::close_code(answer);
  CHECK((served.state() == SessionState::kClosing) == code.has_value());
  if (code) {
    CHECK(served.server->close_info(served.session)->code == *code);
    CHECK(served.server->close_info(served.session)->reason == reason_of(*code));
    CHECK_FALSE(served.server->close_info(served.session)->by_peer);
  }
  return code;
}

const Buffer kByte = {0x55};

}  // namespace

TEST_CASE("every type of frame that does not exist closes [ENC-8]") {
  const std::set<int> known = {0x00, 0x01, 0x02, 0x04, 0x05, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d,
                               0x0e, 0x0f, 0x10, 0x11, 0x12, 0x14, 0x15, 0x18, 0x19, 0x1a, 0x1b,
                               0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26};
  for (int type = 0; type <= 0xff; ++type) {
    if (known.contains(type)) continue;
    INFO("type " << type);
    Buffer payload(40);
    payload[0] = static_cast<std::uint8_t>(type);
    REQUIRE(verdict(payload) == TransportCode::kFrameEncodingError);
  }
}

TEST_CASE("only a server says HANDSHAKE_DONE [HS-25]") {
  CHECK(verdict(frames(wire::HandshakeDoneFrame{})) == TransportCode::kProtocolViolation);
}

TEST_CASE("a packet without any frame can't be made: it is too short [PKT-17, PKT-6]") {
  ServedClient served;
  CHECK(served.say({}).empty());
  CHECK(served.server.drops(DropReason::kMalformed) == 1);
  CHECK(served.state() == SessionState::kEstablished);
  CHECK_FALSE(verdict(frames(wire::PaddingFrame{1})));
}

TEST_CASE("an acknowledgement of what was never sent closes [ACK-5]") {
  CHECK(verdict(ack_of(0, 1000)) == TransportCode::kProtocolViolation);
  CHECK(verdict(ack_of(1000, 1000)) == TransportCode::kProtocolViolation);
  CHECK_FALSE(verdict(ack_of(0, 0)));
}

TEST_CASE("streams that are not the peer's to use close [STR-4, STR-5]") {
  const auto state_error = TransportCode::kStreamStateError;
  CHECK(verdict(frames(open_frame(2))) == state_error);
  CHECK(verdict(frames(data_frame(2, 0, kByte))) == state_error);
  CHECK(verdict(frames(wire::MaxStreamDataFrame{StreamId(2), 1})) == state_error);
  CHECK(verdict(frames(wire::ResetStreamFrame{StreamId(2), 0, 0})) == state_error);
  CHECK(verdict(frames(wire::StopSendingFrame{StreamId(2), 0})) == state_error);
  // 100 streams: the last is 199.
  CHECK_FALSE(verdict(frames(open_frame(199))));
  const auto limit_error = TransportCode::kStreamLimitError;
  CHECK(verdict(frames(open_frame(201))) == limit_error);
  CHECK(verdict(frames(data_frame(201, 0, kByte))) == limit_error);
  CHECK(verdict(frames(wire::StopSendingFrame{StreamId(201), 0})) == limit_error);
}

TEST_CASE("data beyond the credit closes, data up to it does not [FLOW-3]") {
  constexpr std::uint64_t kWindow = 256 * 1024;
  CHECK_FALSE(verdict(frames(open_frame(1), data_frame(1, kWindow - 1, kByte))));
  CHECK(verdict(frames(open_frame(1), data_frame(1, kWindow, kByte))) ==
        TransportCode::kFlowControlError);
  CHECK(verdict(frames(wire::ResetStreamFrame{StreamId(1), 0, kWindow + 1})) ==
        TransportCode::kFlowControlError);
  // Four streams fill the session's window of 1 MiB; a fifth may not have a byte.
  Buffer full;
  for (const std::uint32_t id : {1u, 3u, 5u, 7u}) {
    full = joined(full, frames(data_frame(id, kWindow - 1, kByte)));
  }
  CHECK_FALSE(verdict(full));
  CHECK(verdict(joined(full, frames(data_frame(9, 0, kByte)))) == TransportCode::kFlowControlError);
}

TEST_CASE("a final size that changes closes [STR-9]") {
  const auto fin = frames(data_frame(1, 0, kByte, true));
  CHECK_FALSE(verdict(joined(fin, fin)));
  CHECK(verdict(joined(fin, frames(data_frame(1, 1, kByte)))) == TransportCode::kFinalSizeError);
  CHECK(verdict(joined(fin, frames(data_frame(1, 1, kByte, true)))) ==
        TransportCode::kFinalSizeError);
  CHECK(verdict(joined(fin, frames(wire::ResetStreamFrame{StreamId(1), 0, 0}))) ==
        TransportCode::kFinalSizeError);
}

TEST_CASE("messages that can't be close [STR-14]") {
  const Buffer too_large = {0x80, 0x04, 0x00, 0x01};  // 256 KiB and 1 byte follow
  CHECK(verdict(frames(open_frame(1, Framing::kMessages), data_frame(1, 0, too_large))) ==
        TransportCode::kProtocolViolation);
  const Buffer cut = {0x02, 'h'};
  CHECK(verdict(frames(open_frame(1, Framing::kMessages), data_frame(1, 0, cut, true))) ==
        TransportCode::kProtocolViolation);
}

TEST_CASE("a frame that is cut off closes [ENC-9]") {
  for (const Buffer& payload :
       {frames(open_frame(1)), frames(wire::MaxDataFrame{99}), ack_of(0, 0),
        frames(wire::CloseFrame{}), frames(wire::HeartbeatFrame{1, false}),
        frames(wire::ResetStreamFrame{StreamId(1), 0, 0}), frames(data_frame(1, 7, kByte))}) {
    INFO("type " << int{payload[0]});
    const Bytes cut = Bytes(payload).first(payload.size() - 1);
    CHECK(verdict(joined(frames(wire::PingFrame{}), cut)) == TransportCode::kFrameEncodingError);
  }
}

TEST_CASE("one malformed frame and none of its packet has an effect [PKT-18]") {
  ServedClient served;
  const Buffer unknown = {0x3f};
  const auto answer = served.say(joined(frames(open_frame(1), data_frame(1, 0, kByte),
                                               wire::PingFrame{}, wire::HeartbeatFrame{4, false}),
                                        unknown));
  CHECK(ServedClient::close_code(answer) == TransportCode::kFrameEncodingError);
  CHECK(served.server.count(EventKind::kStreamOpened) == 0);
  CHECK(served.server->info(served.session)->streams_open == 0);
  REQUIRE(answer.size() == 1);
  CHECK_FALSE(find_frame<wire::HeartbeatFrame>(answer[0]));
  CHECK_FALSE(find_frame<wire::AckFrame>(answer[0]));
}

TEST_CASE("a packet there is no memory for is not acknowledged and comes again [PKT-19, LIM-4]") {
  ServedClient served;
  served.say(frames(open_frame(1)));
  // Every other byte is missing: each packet makes one more gap, until that is too many.
  std::uint64_t refused = 0;
  Buffer one_too_many;
  for (std::uint64_t offset = 1; served.server.drops(DropReason::kMemory) == 0; offset += 2) {
    REQUIRE(offset < 10000);
    refused = served.client.packets().next_number();
    one_too_many = served.client.packets().seal(frames(data_frame(1, offset, kByte)));
    served.server.exchange(kClientAddress, one_too_many);
  }
  CHECK(served.state() == SessionState::kEstablished);

  const auto acked = [&](const std::vector<Buffer>& payloads) {
    for (const Buffer& payload : payloads) {
      const auto ack = find_frame<wire::AckFrame>(payload);
      if (!ack) continue;
      for (const wire::AckRange& range : ack->ranges()) {
        if (range.smallest <= refused && refused <= range.largest) return true;
      }
    }
    return false;
  };
  // The first byte closes a gap, and now there is room for the packet that was refused.
  CHECK_FALSE(acked(served.say(frames(data_frame(1, 0, kByte), wire::PingFrame{}))));
  CHECK_FALSE(acked(served.say(frames(wire::PingFrame{}))));
  served.server.give(kClientAddress, one_too_many);
  CHECK(served.server.drops(DropReason::kMemory) == 1);
  CHECK(acked(served.say(frames(wire::PingFrame{}))));
}

TEST_CASE("who makes nothing but gaps is closed [LIM-4]") {
  Buffer gaps = frames(open_frame(1));
  for (std::uint64_t offset = 1; gaps.size() < 60000; offset += 2) {
    gaps = joined(gaps, frames(data_frame(1, offset, kByte)));
  }
  CHECK(verdict(gaps) == TransportCode::kExcessiveLoad);
}

TEST_CASE("a client drops packets that do not come from its server's address [PKT-24]") {
  ServingRaw serving;
  REQUIRE(serving.established);
  const Buffer ping = serving.server.packets().seal(frames(wire::PingFrame{}, wire::PingFrame{}));
  CHECK(serving.client.exchange(kOtherAddress, ping).empty());
  for (const Sent& sent : serving.client.run_for(20s)) CHECK(sent.to == kServerAddress);
  const auto before = serving.client->info(serving.session)->packets_received;
  serving.client.exchange(kServerAddress, ping);
  CHECK(serving.client->info(serving.session)->packets_received == before + 1);
}

TEST_CASE("a client closes on a broken server as a server does on a broken client") {
  ServingRaw serving;
  REQUIRE(serving.established);
  const auto answer = serving.say(frames(open_frame(1)));
  CHECK(ServedClient::close_code(answer) == TransportCode::kStreamStateError);
  CHECK(serving.client->info(serving.session)->state == SessionState::kClosing);
}
