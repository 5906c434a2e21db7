// SPDX-License-Identifier: MIT
//
// Messages of a stream whose OPEN has not come: nobody knows yet by which rules, and whoever sends
// them may try to be counted by none. And how many may be incomplete at a time.
#include <catch2/catch.hpp>

#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

namespace {

constexpr StreamId kStream(1);

wire::OpenFrame open_of(Delivery delivery, StreamId stream = kStream) {
  return {stream, "", 3, 16, Framing::kMessages, delivery};
}

wire::MsgFrame msg(std::uint64_t seq, std::uint64_t frag_offset, std::uint64_t total,
                   std::string_view data, StreamId stream = kStream) {
  return {stream, seq, frag_offset, total, as_bytes(data)};
}

wire::StreamFrame end_at(std::uint64_t offset) { return {kStream, offset, {}, true}; }

/// Sends that many bytes, at most 24 000, on the other streams.
Result<void, Violation> fill(StreamTable& server, std::uint64_t bytes) {
  for (std::uint32_t id = 3; id <= 7; id += 2) {
    const std::uint64_t part = std::min<std::uint64_t>(bytes, kLimits.max_stream_data);
    const auto taken = server.on_frame(wire::StreamFrame{StreamId(id), 0, pattern(0, part), false});
    if (!taken) return taken;
    bytes -= part;
  }
  return {};
}

}  // namespace

TEST_CASE("MSG_SKIP shows before OPEN that messages expire, and counts as if it had come [MSG-2]") {
  Pair pair;
  REQUIRE(pair.server.on_frame(msg(0, 0, 1000, "part")));
  REQUIRE(pair.server.on_frame(wire::MsgSkipFrame{kStream, 1, 1000}));
  REQUIRE(pair.server.on_frame(msg(1, 0, 500, "part")));
  for (const Delivery other : {Delivery::kReliable, Delivery::kUnordered, Delivery::kBestEffort}) {
    Pair wrong;
    REQUIRE(wrong.server.on_frame(msg(0, 0, 1000, "part")));
    REQUIRE(wrong.server.on_frame(wire::MsgSkipFrame{kStream, 1, 1000}));
    CHECK_FAILED(wrong.server.on_frame(open_of(other)), TransportCode::kStreamStateError);
  }
  SECTION("the session's credit is used before OPEN") {
    CHECK_FAILED(fill(pair.server, 18501), TransportCode::kFlowControlError);
  }
  SECTION("no more of it than that") { CHECK(fill(pair.server, 18500)); }
  SECTION("and OPEN changes nothing about it") {
    REQUIRE(pair.server.on_frame(open_of(Delivery::kExpiring)));
    CHECK(pair.server.info(kStream)->recv_window == 8000 - 1500);
    CHECK_FAILED(fill(pair.server, 18501), TransportCode::kFlowControlError);
  }
}

TEST_CASE("a final size before OPEN counts once OPEN tells what it means [STR-9]") {
  Pair pair;
  REQUIRE(pair.server.on_frame(msg(0, 0, 4, "text")));
  SECTION("0 is right for best effort only") {
    REQUIRE(pair.server.on_frame(end_at(0)));
    CHECK_FAILED(pair.server.on_frame(open_of(Delivery::kUnordered)),
                 TransportCode::kFinalSizeError);
  }
  SECTION("also when it comes as a reset") {
    REQUIRE(pair.server.on_frame(wire::ResetStreamFrame{kStream, 0, 0}));
    CHECK_FAILED(pair.server.on_frame(open_of(Delivery::kExpiring)),
                 TransportCode::kFinalSizeError);
  }
  SECTION("more is wrong for best effort") {
    REQUIRE(pair.server.on_frame(end_at(4)));
    CHECK_FAILED(pair.server.on_frame(open_of(Delivery::kBestEffort)),
                 TransportCode::kFinalSizeError);
  }
  SECTION("the right one for both") {
    const bool best_effort = GENERATE(false, true);
    REQUIRE(pair.server.on_frame(end_at(best_effort ? 0 : 4)));
    REQUIRE(
        pair.server.on_frame(open_of(best_effort ? Delivery::kBestEffort : Delivery::kUnordered)));
    CHECK(as_text(pair.server.read(kStream)->data) == "text");
  }
}

TEST_CASE("a best-effort message may come behind the end of its stream, and both before OPEN") {
  Pair pair;
  REQUIRE(pair.server.on_frame(end_at(0)));
  REQUIRE(pair.server.on_frame(msg(0, 0, 4, "late")));
  REQUIRE(pair.server.on_frame(open_of(Delivery::kBestEffort)));
  CHECK(pair.server.read(kStream)->fin);
}

TEST_CASE("so many messages of a session may be incomplete, on all streams together [LIM-4]") {
  StreamLimits limits = kLimits;
  limits.max_streams = 8;
  Pair pair(limits);
  StreamTable& server = pair.server;
  std::uint64_t begun = 0;
  const auto fits = [&](const wire::MsgFrame& frame, bool opened = false) {
    StreamTable::Needs needs;
    if (opened) needs.opened = frame.stream;
    return server.has_room(frame, needs);
  };
  for (std::uint32_t id = 1; id <= 7; id += 2) {
    REQUIRE(server.on_frame(open_of(Delivery::kUnordered, StreamId(id))));
    for (std::uint64_t seq = 0; seq < 64; ++seq, ++begun) {
      REQUIRE(fits(msg(seq, 0, 2, "a", StreamId(id))));
      REQUIRE(server.on_frame(msg(seq, 0, 2, "a", StreamId(id))));
    }
  }
  REQUIRE(begun == 256);
  CHECK_FALSE(fits(msg(64, 0, 2, "a")));
  CHECK_FALSE(fits(msg(0, 0, 2, "a", StreamId(9))));
  CHECK_FALSE(fits(msg(0, 0, 2, "a", StreamId(9)), true));  // its OPEN is in the same packet
  CHECK(fits(msg(64, 0, 1, "a")));                          // whole
  CHECK(fits(msg(63, 1, 2, "b")));                          // completes one
  SECTION("completing one makes room") {
    REQUIRE(server.on_frame(msg(63, 1, 2, "b")));
    CHECK(fits(msg(64, 0, 2, "a")));
  }
  SECTION("and so does a stream that goes") {
    REQUIRE(server.on_frame(wire::ResetStreamFrame{StreamId(1), 0, 128}));
    CHECK(fits(msg(64, 0, 2, "a", StreamId(3))));
    REQUIRE(server.stop_sending(StreamId(3), 0));
    for (std::uint64_t seq = 64; seq < 192; ++seq) {
      REQUIRE(fits(msg(seq, 0, 2, "a", StreamId(5))));
      REQUIRE(server.on_frame(msg(seq, 0, 2, "a", StreamId(5))));
    }
    CHECK_FALSE(fits(msg(192, 0, 2, "a", StreamId(5))));
  }
  SECTION("who puts that many more into one packet is closed") {
    for (std::uint64_t seq = 64; seq < 320; ++seq) {
      REQUIRE(server.on_frame(msg(seq, 0, 2, "a")));
    }
    CHECK_FAILED(server.on_frame(msg(320, 0, 2, "a")), TransportCode::kExcessiveLoad);
  }
}

TEST_CASE("gaps inside messages are bounded without closing [LIM-4]") {
  StreamLimits limits = kLimits;
  limits.max_data = limits.max_stream_data = limits.message_bytes_max = 200'000;
  Pair pair(limits);
  REQUIRE(pair.server.on_frame(open_of(Delivery::kUnordered)));
  std::uint64_t taken = 0;
  for (std::uint64_t at = 100; at < 150'000; at += 100) {
    const wire::MsgFrame frame = msg(0, at, 150'000, "x");
    if (!has_room(pair.server, frame)) continue;
    REQUIRE(pair.server.on_frame(frame));
    ++taken;
  }
  CHECK(taken == 512);
  CHECK_FALSE(has_room(pair.server, msg(1, 10, 100, "x")));
  CHECK(has_room(pair.server, msg(1, 0, 100, "x")));
  CHECK(has_room(pair.server, msg(0, 101, 150'000, "x")));  // beside one
  CHECK(has_room(pair.server, msg(0, 0, 150'000, std::string(100, 'x'))));
}

TEST_CASE("bytes and messages do not go together on a stream, even before OPEN [MSG-2]") {
  // Read as if it were the length of a message, this is one that never ends.
  const std::array<std::uint8_t, 8> endless = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  Pair pair;
  SECTION("bytes first") {
    REQUIRE(pair.server.on_frame(wire::StreamFrame{kStream, 0, endless, false}));
    CHECK_FAILED(pair.server.on_frame(msg(0, 0, 4, "text")), TransportCode::kStreamStateError);
  }
  SECTION("bytes first, beyond a gap") {
    REQUIRE(pair.server.on_frame(wire::StreamFrame{kStream, 8, endless, false}));
    CHECK_FAILED(pair.server.on_frame(msg(0, 0, 4, "text")), TransportCode::kStreamStateError);
  }
  SECTION("bytes first, then a skip") {
    REQUIRE(pair.server.on_frame(wire::StreamFrame{kStream, 0, endless, false}));
    CHECK_FAILED(pair.server.on_frame(wire::MsgSkipFrame{kStream, 1, 8}),
                 TransportCode::kStreamStateError);
  }
  SECTION("messages first") {
    REQUIRE(pair.server.on_frame(msg(0, 0, 4, "text")));
    CHECK_FAILED(pair.server.on_frame(wire::StreamFrame{kStream, 0, endless, false}),
                 TransportCode::kStreamStateError);
  }
}
