// SPDX-License-Identifier: MIT
//
// RESET_STREAM and STOP_SENDING.
#include <catch2/catch.hpp>

#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

using Events = std::vector<EventKind>;
using wire::SentKind;

TEST_CASE("a reset drops what was not sent and tells where the stream ends [STR-10]") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 3000)));
  const auto sent = next_frame(pair.client, 1000);
  REQUIRE(pair.client.reset(stream, 42));
  REQUIRE(pair.client.reset(stream, 43));
  CHECK(pair.client.info(stream).value().state == StreamState::kClosing);
  pair.client.trim();
  CHECK(pair.client.buffered_bytes() == 0);
  const std::vector<FrameOut> frames = drain(pair.client);
  REQUIRE(frames.size() == 1);
  const auto frame = std::get<wire::ResetStreamFrame>(frames[0].frame());
  CHECK(frame.code == 42);
  CHECK(frame.final_size == sent->sent.length);
  // Whatever becomes of the data now, it is not sent again.
  pair.client.on_lost(sent->sent);
  pair.client.on_acked(sent->sent);
  CHECK_FALSE(pair.client.has_frames());
  CHECK_FALSE(pair.client.all_delivered());
  CHECK_FAILED(pair.client.send(stream, pattern(0, 1)), LocalCode::kClosing);
  REQUIRE(pair.client.finish(stream));
  CHECK_FALSE(pair.client.has_frames());

  REQUIRE(deliver(pair.server, frames[0]));
  const auto event = pair.server.poll_event();
  REQUIRE(event.has_value());
  CHECK(event->kind == EventKind::kStreamReset);
  CHECK(event->code == 42);
  CHECK_FAILED(pair.server.read(stream), LocalCode::kReset);
  CHECK_FAILED(pair.server.consume(stream, 0), LocalCode::kReset);
  REQUIRE(deliver(pair.server, frames[0]));
  CHECK_FALSE(pair.server.has_event());
  // The other direction goes on.
  CHECK(pair.server.send(stream, pattern(0, 10)).value() == 10);
  pair.client.on_acked(frames[0].sent);
  CHECK(pair.client.all_delivered());
}

TEST_CASE("a reset takes back the news of what can't be read any more") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 100)));
  exchange(pair.client, pair.server);
  REQUIRE(pair.client.reset(stream, 1));
  exchange(pair.client, pair.server);
  CHECK(events(pair.server) == Events{EventKind::kStreamReset});
}

TEST_CASE("a stream can be reset before anything of it was sent [STR-2]") {
  Pair pair;
  const StreamId stream = pair.client.open({}).value();
  REQUIRE(pair.client.send(stream, pattern(0, 100)));
  REQUIRE(pair.client.reset(stream, 9));
  const std::vector<FrameOut> frames = drain(pair.client);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].sent.kind == SentKind::kOpen);
  CHECK(std::get<wire::ResetStreamFrame>(frames[1].frame()).final_size == 0);
}

TEST_CASE("a reset after everything was delivered changes nothing") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 100)));
  REQUIRE(pair.client.finish(stream));
  exchange(pair.client, pair.server);
  REQUIRE(pair.client.reset(stream, 1));
  CHECK_FALSE(pair.client.has_frames());
  CHECK(pair.server.read(stream).value().fin);
}

TEST_CASE("STOP_SENDING is answered by a reset with its code [STR-11]") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, kSendBufferBytes)));
  CHECK_FAILED(pair.client.send(stream, pattern(0, 1)), LocalCode::kWouldBlock);
  const std::vector<FrameOut> data = drain(pair.client, 600);
  REQUIRE(deliver(pair.server, data[0]));
  REQUIRE(pair.server.stop_sending(stream, 77));
  CHECK_FALSE(pair.server.has_event());
  CHECK_FAILED(pair.server.read(stream), LocalCode::kClosing);
  CHECK_FAILED(pair.server.consume(stream, 0), LocalCode::kClosing);

  const std::vector<FrameOut> stop = drain(pair.server);
  REQUIRE(stop.size() == 1);
  REQUIRE(deliver(pair.client, stop[0]));
  REQUIRE(deliver(pair.client, stop[0]));
  const auto event = pair.client.poll_event();
  REQUIRE(event.has_value());
  CHECK(event->kind == EventKind::kStreamStopped);
  CHECK(event->code == 77);
  CHECK_FALSE(pair.client.has_event());
  CHECK_FAILED(pair.client.send(stream, pattern(0, 1)), LocalCode::kClosing);
  const std::vector<FrameOut> reset = drain(pair.client);
  REQUIRE(reset.size() == 1);
  const auto frame = std::get<wire::ResetStreamFrame>(reset[0].frame());
  CHECK(frame.code == 77);
  CHECK(frame.final_size == 8000);

  // What is under way is counted and discarded; who stopped is not told of the reset.
  REQUIRE(deliver(pair.server, data[1]));
  CHECK(pair.server.buffered_bytes() <= 1024);
  REQUIRE(deliver(pair.server, reset[0]));
  CHECK_FALSE(pair.server.has_event());
  pair.server.on_lost(stop[0].sent);
  CHECK_FALSE(pair.server.has_frames());
  REQUIRE(pair.server.finish(stream));
  exchange(pair.client, pair.server);
  CHECK(events(pair.server) == Events{EventKind::kStreamClosed});
}

TEST_CASE("STOP_SENDING after the end was delivered is ignored") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.finish(stream));
  exchange(pair.client, pair.server);
  REQUIRE(pair.client.on_frame(wire::StopSendingFrame{stream, 1}));
  CHECK_FALSE(pair.client.has_event());
  CHECK_FALSE(pair.client.has_frames());
}

TEST_CASE("stopping a stream whose end is known needs no frame") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 100)));
  REQUIRE(pair.client.finish(stream));
  exchange(pair.client, pair.server);
  REQUIRE(pair.server.stop_sending(stream, 1));
  CHECK_FALSE(pair.server.has_frames());
  CHECK_FALSE(pair.server.has_event());
}

TEST_CASE("STOP_SENDING that has not left is not sent once the end has come") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.server.stop_sending(stream, 1));
  REQUIRE(pair.server.on_frame(wire::StreamFrame{stream, 0, {}, true}));
  CHECK_FALSE(pair.server.has_frames());
}

TEST_CASE("discarded bytes give the session its credit back [FLOW-7]") {
  Pair pair;
  const StreamId stream = pair.open();
  const StreamId other = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 8000)));
  REQUIRE(pair.client.send(other, pattern(0, 8000)));
  exchange(pair.client, pair.server);
  REQUIRE(pair.client.reset(stream, 0));
  for (const FrameOut& frame : drain(pair.client)) REQUIRE(deliver(pair.server, frame));
  REQUIRE(pair.server.stop_sending(other, 0));
  bool announced = false;
  for (const FrameOut& frame : drain(pair.server)) {
    announced = announced || (frame.sent.kind == SentKind::kMaxData && frame.sent.offset == 36000);
  }
  CHECK(announced);
}

TEST_CASE("a stream whose OPEN was lost is announced even after both ends were reset [STR-2]") {
  Pair pair;
  const StreamId stream = pair.client.open({.service = "echo"}).value();
  REQUIRE(pair.client.send(stream, pattern(0, 10)));
  const std::vector<FrameOut> lost = drain(pair.client);
  REQUIRE(lost[0].sent.kind == SentKind::kOpen);
  REQUIRE(pair.client.reset(stream, 0));
  REQUIRE(pair.client.stop_sending(stream, 0));
  exchange(pair.client, pair.server);
  // Both directions are over, but the server does not know yet that the stream was opened.
  for (const FrameOut& frame : lost) pair.client.on_lost(frame.sent);
  exchange(pair.client, pair.server);
  while (pair.client.poll_event()) continue;
  while (pair.server.poll_event()) continue;
  CHECK(pair.client.open_count() == 0);
  CHECK(pair.server.open_count() == 0);
}
