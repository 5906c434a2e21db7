// SPDX-License-Identifier: MIT
//
// How streams come and go: ids, limits, states and events.
#include <algorithm>
#include <catch2/catch.hpp>

#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

using Events = std::vector<EventKind>;

namespace {

StreamState state(const StreamTable& table, StreamId stream) {
  return table.info(stream).value().state;
}

/// Both sides finish, read everything and hear that it is over.
void close_stream(Pair& pair, StreamId stream) {
  REQUIRE(pair.client.finish(stream));
  REQUIRE(pair.server.finish(stream));
  exchange(pair.client, pair.server);
  for (StreamTable* side : {&pair.client, &pair.server}) {
    REQUIRE(side->read(stream).value().fin);
    REQUIRE(side->consume(stream, 0));
    events(*side);
  }
}

}  // namespace

TEST_CASE("a stream tells the peer what it is for") {
  Pair pair;
  const StreamId stream = pair.client.open({"echo", 5, 200, Framing::kMessages}).value();
  CHECK(stream == StreamId(1));
  CHECK(state(pair.client, stream) == StreamState::kOpening);
  exchange(pair.client, pair.server);
  CHECK(events(pair.server) == Events{EventKind::kStreamOpened});
  CHECK(events(pair.client).empty());
  const StreamInfo info = pair.server.info(stream).value();
  CHECK(info.options.service == "echo");
  CHECK(info.options.urgency == 5);
  CHECK(info.options.weight == 200);
  CHECK(info.options.framing == Framing::kMessages);
  CHECK(info.opened_by_peer);
  CHECK(info.state == StreamState::kOpen);
  CHECK(state(pair.client, stream) == StreamState::kOpen);
  CHECK(pair.server.open({}).value() == StreamId(2));
  CHECK(pair.client.open({}).value() == StreamId(3));
}

TEST_CASE("options out of range are refused") {
  Pair pair;
  CHECK_FAILED(pair.client.open({"two words", 3, 16, Framing::kBytes}),
               LocalCode::kInvalidArgument);
  CHECK_FAILED(pair.client.open({std::string(64, 'x'), 3, 16, Framing::kBytes}),
               LocalCode::kInvalidArgument);
  CHECK_FAILED(pair.client.open({"", 8, 16, Framing::kBytes}), LocalCode::kInvalidArgument);
  CHECK_FAILED(pair.client.open({"", 3, 0, Framing::kBytes}), LocalCode::kInvalidArgument);
  CHECK(pair.client.open({std::string(63, 'x'), 7, 255, Framing::kBytes}));
  CHECK(pair.client.open({"", 0, 1, Framing::kBytes}));
  CHECK_FAILED(pair.client.reset(StreamId(1), std::uint64_t{1} << 62), LocalCode::kInvalidArgument);
  CHECK_FAILED(pair.client.stop_sending(StreamId(1), std::uint64_t{1} << 62),
               LocalCode::kInvalidArgument);
}

TEST_CASE("a stream goes through its states to its end") {
  Pair pair;
  const StreamId stream = pair.open();
  CHECK(state(pair.client, stream) == StreamState::kOpen);
  REQUIRE(pair.client.finish(stream));
  CHECK(state(pair.client, stream) == StreamState::kClosing);
  exchange(pair.client, pair.server);
  CHECK(state(pair.server, stream) == StreamState::kClosing);
  CHECK(events(pair.server) == Events{EventKind::kReadable});
  REQUIRE(pair.server.finish(stream));
  exchange(pair.client, pair.server);
  CHECK(pair.server.open_count() == 1);
  REQUIRE(pair.server.read(stream).value().fin);
  REQUIRE(pair.server.consume(stream, 0));
  CHECK(state(pair.server, stream) == StreamState::kClosed);
  CHECK(pair.server.open_count() == 0);
  CHECK_FAILED(pair.server.send(stream, {}), LocalCode::kUnknownStream);
  CHECK(events(pair.server) == Events{EventKind::kStreamClosed});
  CHECK_FAILED(pair.server.info(stream), LocalCode::kUnknownStream);
  // The client has not read the end yet.
  CHECK(state(pair.client, stream) == StreamState::kClosing);
  CHECK(events(pair.client) == Events{EventKind::kReadable});
}

TEST_CASE("calls on streams that are not there are refused") {
  Pair pair;
  const StreamId stream(1);
  const auto refused = [&](StreamTable& table) {
    CHECK_FAILED(table.send(stream, {}), LocalCode::kUnknownStream);
    CHECK_FAILED(table.finish(stream), LocalCode::kUnknownStream);
    CHECK_FAILED(table.reset(stream, 0), LocalCode::kUnknownStream);
    CHECK_FAILED(table.stop_sending(stream, 0), LocalCode::kUnknownStream);
    CHECK_FAILED(table.read(stream), LocalCode::kUnknownStream);
    CHECK_FAILED(table.consume(stream, 0), LocalCode::kUnknownStream);
  };
  refused(pair.client);
  refused(pair.server);
  // Data that came before its OPEN is not known to the application yet.
  REQUIRE(pair.server.on_frame(wire::StreamFrame{stream, 0, as_bytes("x"), false}));
  refused(pair.server);
  CHECK(state(pair.server, stream) == StreamState::kOpening);
}

TEST_CASE("frames for own streams that were never opened break the rules [STR-5]") {
  Pair pair;
  pair.open();
  StreamTable& client = pair.client;
  const StreamId next(3);
  const auto code = TransportCode::kStreamStateError;
  CHECK_FAILED(client.on_frame(wire::StreamFrame{next, 0, {}, false}), code);
  CHECK_FAILED(client.on_frame(wire::ResetStreamFrame{next, 0, 0}), code);
  CHECK_FAILED(client.on_frame(wire::StopSendingFrame{next, 0}), code);
  CHECK_FAILED(client.on_frame(wire::MaxStreamDataFrame{next, 1}), code);
  CHECK_FAILED(client.on_frame(wire::OpenFrame{next, "", 3, 16, Framing::kBytes}), code);
  // Nor can a peer open in this side's name.
  CHECK_FAILED(client.on_frame(wire::OpenFrame{StreamId(1), "", 3, 16, Framing::kBytes}), code);
  CHECK(client.on_frame(wire::MaxStreamDataFrame{StreamId(1), 1}));
}

TEST_CASE("the peer's streams are limited, whatever frame names them [STR-4]") {
  Pair pair;
  const StreamId last(7);
  const StreamId beyond(9);
  const auto code = TransportCode::kStreamLimitError;
  StreamTable& server = pair.server;
  CHECK_FAILED(server.on_frame(wire::StreamFrame{beyond, 0, {}, false}), code);
  CHECK_FAILED(server.on_frame(wire::ResetStreamFrame{beyond, 0, 0}), code);
  CHECK_FAILED(server.on_frame(wire::StopSendingFrame{beyond, 0}), code);
  CHECK_FAILED(server.on_frame(wire::MaxStreamDataFrame{beyond, 1}), code);
  CHECK_FAILED(server.on_frame(wire::OpenFrame{beyond, "", 3, 16, Framing::kBytes}), code);
  CHECK(server.open_count() == 0);
  CHECK(server.on_frame(wire::OpenFrame{last, "", 3, 16, Framing::kBytes}));
  CHECK(server.on_frame(wire::StreamFrame{StreamId(1), 0, {}, false}));
}

TEST_CASE("what comes before its OPEN waits for it [STR-6]") {
  Pair pair;
  StreamTable& server = pair.server;
  const StreamId stream(5);
  REQUIRE(server.on_frame(wire::StreamFrame{stream, 0, as_bytes("early"), false}));
  CHECK(events(server).empty());

  SECTION("data") {
    REQUIRE(server.on_frame(wire::OpenFrame{stream, "x", 3, 16, Framing::kBytes}));
    CHECK(events(server) == Events{EventKind::kStreamOpened, EventKind::kReadable});
    CHECK(as_text(server.read(stream).value().data) == "early");
    // Its copy, and the one before it, change nothing.
    REQUIRE(server.on_frame(wire::OpenFrame{stream, "x", 3, 16, Framing::kBytes}));
    CHECK(events(server).empty());
  }
  SECTION("an end of everything") {
    REQUIRE(server.on_frame(wire::ResetStreamFrame{stream, 4, 5}));
    REQUIRE(server.on_frame(wire::StopSendingFrame{stream, 6}));
    for (const FrameOut& frame : drain(server)) server.on_acked(frame.sent);
    CHECK(events(server).empty());
    CHECK(server.open_count() == 1);
    REQUIRE(server.on_frame(wire::OpenFrame{stream, "x", 3, 16, Framing::kBytes}));
    CHECK(server.open_count() == 0);
    CHECK(events(server) == Events{EventKind::kStreamOpened, EventKind::kStreamReset,
                                   EventKind::kStreamStopped, EventKind::kStreamClosed});
  }
  SECTION("messages against the rules") {
    CHECK_FAILED(server.on_frame(wire::OpenFrame{StreamId(5), "x", 3, 16, Framing::kMessages}),
                 TransportCode::kProtocolViolation);
  }
}

TEST_CASE("frames for streams that are over are ignored [STR-7]") {
  Pair pair;
  const StreamId stream = pair.open();
  close_stream(pair, stream);
  for (StreamTable* side : {&pair.client, &pair.server}) {
    CHECK(side->on_frame(wire::StreamFrame{stream, 1 << 20, as_bytes("late"), true}));
    CHECK(side->on_frame(wire::ResetStreamFrame{stream, 0, 1 << 20}));
    CHECK(side->on_frame(wire::StopSendingFrame{stream, 0}));
    CHECK(side->on_frame(wire::MaxStreamDataFrame{stream, 1}));
    CHECK(side->open_count() == 0);
    CHECK(events(*side).empty());
  }
  CHECK(pair.server.on_frame(wire::OpenFrame{stream, "", 3, 16, Framing::kBytes}));
  CHECK(events(pair.server).empty());
}

TEST_CASE("streams that close make room for others [FLOW-8]") {
  Pair pair;
  for (int i = 0; i < 3; ++i) pair.open();
  const StreamId last = pair.open();
  CHECK_FAILED(pair.client.open({}), LocalCode::kStreamLimit);
  CHECK(events(pair.client).empty());

  REQUIRE(pair.client.reset(last, 0));
  REQUIRE(pair.client.stop_sending(last, 0));
  exchange(pair.client, pair.server);
  CHECK(pair.server.open_count() == 3);
  // Only when the application has heard of the end it counts, so that ends can't pile up.
  exchange(pair.client, pair.server);
  CHECK_FAILED(pair.client.open({}), LocalCode::kStreamLimit);
  CHECK(events(pair.server) ==
        Events{EventKind::kStreamReset, EventKind::kStreamStopped, EventKind::kStreamClosed});
  exchange(pair.client, pair.server);
  CHECK(events(pair.client) == Events{EventKind::kStreamsAvailable, EventKind::kStreamClosed});
  CHECK(pair.client.open({}).value() == StreamId(9));
  CHECK_FAILED(pair.client.open({}), LocalCode::kStreamLimit);
}

TEST_CASE("any number of streams can follow each other while others stay") {
  Pair pair;
  pair.open();
  pair.open();
  std::size_t limits_announced = 0;
  for (int i = 0; i < 500; ++i) {
    close_stream(pair, pair.open());
    const std::vector<FrameOut> frames = drain(pair.server);
    for (const FrameOut& frame : frames) {
      limits_announced += frame.sent.kind == wire::SentKind::kMaxStreams;
      REQUIRE(deliver(pair.client, frame));
      pair.server.on_acked(frame.sent);
    }
  }
  CHECK(limits_announced > 0);
  CHECK(limits_announced <= 500);
  CHECK(pair.server.open_count() == 2);
}

TEST_CASE("while many streams are left a new limit is not worth a frame each time") {
  StreamLimits limits = kLimits;
  limits.max_streams = 100;
  Pair pair(limits);
  for (int i = 0; i < 49; ++i) {
    close_stream(pair, pair.open());
    REQUIRE_FALSE(pair.server.has_frames());
  }
  close_stream(pair, pair.open());
  const std::vector<FrameOut> frames = drain(pair.server);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].sent.kind == wire::SentKind::kMaxStreams);
  CHECK(frames[0].sent.offset == 150);
}

TEST_CASE("a new limit can become worth a frame because the peer opens more") {
  StreamLimits limits = kLimits;
  limits.max_streams = 10;
  Pair pair(limits);
  for (int i = 0; i < 4; ++i) close_stream(pair, pair.open());
  // Four to gain, six left; then five, then four.
  REQUIRE(pair.server.on_frame(wire::OpenFrame{StreamId(9), "", 3, 16, Framing::kBytes}));
  CHECK_FALSE(pair.server.has_frames());
  REQUIRE(pair.server.on_frame(wire::StreamFrame{StreamId(11), 0, as_bytes("x"), false}));
  const std::vector<FrameOut> frames = drain(pair.server);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].sent.offset == 14);
}

TEST_CASE("visiting shows every stream once") {
  Pair pair;
  pair.open();
  pair.open();
  REQUIRE(pair.server.open({"from-server", 3, 16, Framing::kBytes}));
  std::vector<std::uint32_t> seen;
  pair.server.visit([&seen](const StreamInfo& info) { seen.push_back(info.id.value()); });
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::uint32_t>{1, 2, 3});
  CHECK(pair.server.open_count() == 3);
}
