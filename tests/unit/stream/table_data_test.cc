// SPDX-License-Identifier: MIT
//
// Data on its way: framing, credit, buffers, losses.
#include <catch2/catch.hpp>
#include <map>

#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

using Events = std::vector<EventKind>;
using wire::SentKind;

namespace {

/// Reads and consumes what is there.
std::vector<std::uint8_t> read_all(StreamTable& table, StreamId stream) {
  std::vector<std::uint8_t> all;
  for (;;) {
    const ReadView view = table.read(stream).value();
    if (view.data.empty()) return all;
    all.insert(all.end(), view.data.begin(), view.data.end());
    REQUIRE(table.consume(stream, view.data.size()));
  }
}

std::vector<SentKind> kinds(const std::vector<FrameOut>& frames) {
  std::vector<SentKind> all;
  for (const FrameOut& frame : frames) all.push_back(frame.sent.kind);
  return all;
}

std::uint64_t bytes_of(const std::vector<FrameOut>& frames) {
  std::uint64_t bytes = 0;
  for (const FrameOut& frame : frames) {
    if (frame.sent.kind == SentKind::kStream) bytes += frame.sent.length;
  }
  return bytes;
}

const Framing kMessages = Framing::kMessages;

}  // namespace

TEST_CASE("bytes arrive as they were sent, and the reader hears of them once") {
  Pair pair;
  const StreamId stream = pair.open();
  CHECK(pair.client.send(stream, pattern(0, 3000)).value() == 3000);
  exchange(pair.client, pair.server);
  CHECK(events(pair.server) == Events{EventKind::kReadable});
  CHECK(read_all(pair.server, stream) == pattern(0, 3000));
  CHECK(pair.client.all_delivered());
  CHECK(pair.client.info(stream).value().bytes_sent == 3000);
  CHECK(pair.server.info(stream).value().bytes_received == 3000);
  SECTION("what was read before the event is no news") {
    REQUIRE(pair.client.send(stream, pattern(3000, 10)));
    exchange(pair.client, pair.server);
    CHECK(read_all(pair.server, stream).size() == 10);
    CHECK_FALSE(pair.server.has_event());
  }
}

TEST_CASE("OPEN goes before the first data of its stream, which waits if it has to [STR-2]") {
  Pair pair;
  const StreamId stream = pair.client.open({std::string(63, 's'), 0, 16, kMessages}).value();
  REQUIRE(pair.client.send(stream, pattern(0, 10)));
  CHECK(pair.client.has_frames());
  CHECK_FALSE(next_frame(pair.client, 60).has_value());
  CHECK(kinds(drain(pair.client)) == std::vector{SentKind::kOpen, SentKind::kStream});
  CHECK_FALSE(pair.client.has_frames());
}

TEST_CASE("STREAM frames fill the room there is, and crumbs are not sent") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 5000)));
  for (const std::size_t room : {1200u, 100u, 40u}) {
    const auto frame = next_frame(pair.client, room);
    REQUIRE(frame.has_value());
    CHECK(frame->bytes.size() == room);
  }
  // Type, stream, two bytes of offset, length: 5 bytes before 31 of data.
  CHECK_FALSE(next_frame(pair.client, 36).has_value());
  CHECK(next_frame(pair.client, 37).has_value());
  CHECK_FALSE(next_frame(pair.client, 0).has_value());
}

TEST_CASE("the last few bytes go however few they are") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 3)));
  REQUIRE(pair.client.finish(stream));
  CHECK_FALSE(next_frame(pair.client, 5).has_value());
  const auto frame = next_frame(pair.client, 6);
  REQUIRE(frame.has_value());
  CHECK(frame->sent.length == 3);
  CHECK(frame->sent.fin);
}

TEST_CASE("neither window is ever exceeded, and both move on when read [FLOW-1, FLOW-2]") {
  Pair pair;
  const StreamId first = pair.open();
  const StreamId second = pair.open();
  const StreamId third = pair.open();
  for (const StreamId stream : {first, second, third}) {
    REQUIRE(pair.client.send(stream, pattern(0, 9000)));
  }
  const std::vector<FrameOut> frames = drain(pair.client);
  CHECK(bytes_of(frames) == kLimits.max_data);
  CHECK_FALSE(pair.client.has_frames());
  for (const FrameOut& frame : frames) REQUIRE(deliver(pair.server, frame));
  CHECK(pair.client.info(first).value().send_window == 0);
  CHECK(pair.server.info(first).value().recv_window == 0);
  CHECK_FALSE(pair.server.has_frames());

  REQUIRE(read_all(pair.server, first) == pattern(0, 8000));
  // Less than half of 20 000 for the session, but the client has nothing left of that.
  const std::vector<FrameOut> early = drain(pair.server);
  CHECK(kinds(early) == std::vector{SentKind::kMaxData, SentKind::kMaxStreamData});
  CHECK(early[0].sent.offset == 28000);
  CHECK(read_all(pair.server, second) == pattern(0, 8000));
  const std::vector<FrameOut> updates = drain(pair.server);
  CHECK(kinds(updates) == std::vector{SentKind::kMaxData, SentKind::kMaxStreamData});
  CHECK(updates[0].sent.offset == 36000);
  CHECK(updates[1].sent.offset == 16000);
  for (const FrameOut& update : updates) REQUIRE(deliver(pair.client, update));
  CHECK(bytes_of(drain(pair.client)) == 1000 + 4000);
}

TEST_CASE("a session without credit still sends ends and what was lost") {
  StreamLimits limits = kLimits;
  limits.max_data = 1000;
  Pair pair(limits);
  const StreamId full = pair.open();
  const StreamId empty = pair.open();
  REQUIRE(pair.client.send(full, pattern(0, 2000)));
  const std::vector<FrameOut> frames = drain(pair.client, 600);
  CHECK(bytes_of(frames) == 1000);
  REQUIRE(pair.client.finish(empty));
  const std::vector<FrameOut> end = drain(pair.client);
  REQUIRE(end.size() == 1);
  CHECK(end[0].sent.fin);
  pair.client.on_lost(frames[0].sent);
  pair.client.on_lost(end[0].sent);
  CHECK(pair.client.has_frames());
  const std::vector<FrameOut> again = drain(pair.client);
  CHECK(bytes_of(again) == frames[0].sent.length);
  CHECK(again.size() == 2);
  CHECK_FALSE(pair.client.has_frames());
}

TEST_CASE("lost limits are announced again as they are by then") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 8000)));
  exchange(pair.client, pair.server);
  REQUIRE(pair.server.consume(stream, pair.server.read(stream).value().data.size()));
  const std::vector<FrameOut> lost = drain(pair.server);
  REQUIRE(kinds(lost) == std::vector{SentKind::kMaxStreamData});
  pair.server.on_lost(lost[0].sent);
  const std::vector<FrameOut> again = drain(pair.server);
  REQUIRE(kinds(again) == std::vector{SentKind::kMaxStreamData});
  // An older one that is found lost later does not matter any more.
  wire::SentFrame older = lost[0].sent;
  older.offset -= 1;
  pair.server.on_lost(older);
  pair.server.on_lost({.offset = 5, .kind = SentKind::kMaxData});
  pair.server.on_lost({.offset = 3, .kind = SentKind::kMaxStreams});
  CHECK_FALSE(pair.server.has_frames());
  pair.server.on_lost({.offset = kLimits.max_data, .kind = SentKind::kMaxData});
  pair.server.on_lost({.offset = kLimits.max_streams, .kind = SentKind::kMaxStreams});
  const std::vector<FrameOut> limits = drain(pair.server);
  REQUIRE(kinds(limits) == std::vector{SentKind::kMaxData, SentKind::kMaxStreams});
  CHECK(limits[0].sent.offset == kLimits.max_data + 8000);
}

TEST_CASE("a stream whose end is known gets no more credit") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, 8000)));
  REQUIRE(pair.client.finish(stream));
  exchange(pair.client, pair.server);
  REQUIRE(read_all(pair.server, stream).size() == 8000);
  CHECK_FALSE(pair.server.has_frames());
}

TEST_CASE("every kind of loss is repaired [STR-2, ACK-6]") {
  Pair pair;
  const StreamId stream = pair.client.open({"lossy", 3, 16, Framing::kBytes}).value();
  REQUIRE(pair.client.send(stream, pattern(0, 2500)));
  REQUIRE(pair.client.finish(stream));
  for (int round = 0; round < 3; ++round) {
    const std::vector<FrameOut> lost = drain(pair.client);
    REQUIRE(kinds(lost) ==
            std::vector{SentKind::kOpen, SentKind::kStream, SentKind::kStream, SentKind::kStream});
    CHECK_FALSE(pair.client.has_frames());
    for (const FrameOut& frame : lost) pair.client.on_lost(frame.sent);
    CHECK_FALSE(pair.client.all_delivered());
  }
  exchange(pair.client, pair.server);
  CHECK(pair.client.all_delivered());
  CHECK(read_all(pair.server, stream) == pattern(0, 2500));
  REQUIRE(pair.server.consume(stream, 0));

  REQUIRE(pair.server.reset(stream, 1));
  std::vector<FrameOut> lost = drain(pair.server);
  REQUIRE(kinds(lost) == std::vector{SentKind::kResetStream});
  pair.server.on_lost(lost[0].sent);
  exchange(pair.client, pair.server);
  CHECK(events(pair.client) == Events{EventKind::kStreamReset, EventKind::kStreamClosed});

  const StreamId other = pair.open();
  REQUIRE(pair.client.stop_sending(other, 1));
  lost = drain(pair.client);
  REQUIRE(kinds(lost) == std::vector{SentKind::kStopSending});
  pair.client.on_lost(lost[0].sent);
  exchange(pair.client, pair.server);
  CHECK(events(pair.server).back() == EventKind::kStreamStopped);
}

TEST_CASE("lost bytes go before new ones of the same urgency, after more urgent ones") {
  Pair pair;
  const StreamId lossy = pair.open();
  const StreamId equal = pair.open();
  const StreamId urgent = pair.open({"", 2, 16, Framing::kBytes});
  REQUIRE(pair.client.send(lossy, pattern(0, 1000)));
  const std::vector<FrameOut> lost = drain(pair.client);
  REQUIRE(pair.client.send(equal, pattern(0, 1000)));
  REQUIRE(pair.client.send(urgent, pattern(0, 1000)));
  pair.client.on_lost(lost[0].sent);
  std::vector<std::uint32_t> order;
  for (const FrameOut& frame : drain(pair.client)) order.push_back(frame.sent.stream);
  CHECK(order == std::vector{urgent.value(), lossy.value(), equal.value()});
}

TEST_CASE("a large packet is shared") {
  Pair pair;
  const StreamId one = pair.open({"", 3, 1, Framing::kBytes});
  const StreamId two = pair.open({"", 3, 1, Framing::kBytes});
  for (const StreamId stream : {one, two}) REQUIRE(pair.client.send(stream, pattern(0, 3000)));
  std::vector<std::uint32_t> lengths;
  for (const FrameOut& frame : drain(pair.client, 8000)) lengths.push_back(frame.sent.length);
  CHECK(lengths == std::vector<std::uint32_t>{1200, 1200, 1200, 1200, 600, 600});
}

TEST_CASE("what was believed lost and arrived after all is not sent again") {
  Pair pair;
  const StreamId stream = pair.client.open({}).value();
  REQUIRE(pair.client.send(stream, pattern(0, 2000)));
  REQUIRE(pair.client.finish(stream));
  const std::vector<FrameOut> frames = drain(pair.client);
  for (const FrameOut& frame : frames) pair.client.on_lost(frame.sent);
  for (const FrameOut& frame : frames) pair.client.on_acked(frame.sent);
  CHECK_FALSE(pair.client.has_frames());
  CHECK(pair.client.all_delivered());
  for (const FrameOut& frame : frames) pair.client.on_lost(frame.sent);
  CHECK_FALSE(pair.client.has_frames());
}

TEST_CASE("the send buffer takes what fits and tells when there is room again") {
  Pair pair;
  const StreamId stream = pair.open();
  CHECK(pair.client.send(stream, pattern(0, kSendBufferBytes)).value() == kSendBufferBytes);
  CHECK_FAILED(pair.client.send(stream, pattern(0, 1)), LocalCode::kWouldBlock);
  CHECK(pair.client.send(stream, {}).value() == 0);
  CHECK_FAILED(pair.client.send(stream, pattern(0, 1)), LocalCode::kWouldBlock);
  const std::vector<FrameOut> frames = drain(pair.client, 500);
  std::uint64_t acked = 0;
  for (const FrameOut& frame : frames) {
    pair.client.on_acked(frame.sent);
    acked += frame.sent.length;
    REQUIRE(pair.client.has_event() == (acked >= kSendBufferBytes / 2));
  }
  CHECK(events(pair.client) == Events{EventKind::kWritable});
  const std::size_t room = 8000;
  CHECK(pair.client.send(stream, pattern(0, room + 1)).value() == room);
  CHECK(events(pair.client).empty());
}

TEST_CASE("without a shortage there is no Writable") {
  Pair pair;
  const StreamId stream = pair.open();
  REQUIRE(pair.client.send(stream, pattern(0, kSendBufferBytes)).value() == kSendBufferBytes);
  for (const FrameOut& frame : drain(pair.client)) pair.client.on_acked(frame.sent);
  CHECK(events(pair.client).empty());
}

TEST_CASE("messages are taken whole or not at all [STR-13]") {
  Pair pair;
  const StreamId stream = pair.open({"m", 3, 16, kMessages});
  CHECK_FAILED(pair.client.send(stream, pattern(0, 4001)), LocalCode::kMessageTooLarge);
  CHECK(pair.client.send(stream, pattern(0, 4000)).value() == 4000);
  CHECK(pair.client.send(stream, pattern(0, 4000)).value() == 4000);
  // 8 004 of 10 000 bytes are in use: the third still finds less than the limit.
  CHECK(pair.client.send(stream, pattern(0, 4000)).value() == 4000);
  CHECK_FAILED(pair.client.send(stream, pattern(0, 1)), LocalCode::kWouldBlock);
  CHECK_FAILED(pair.client.send(stream, {}), LocalCode::kWouldBlock);
  CHECK(pair.client.info(stream).value().bytes_sent == 12000);
  for (const FrameOut& frame : drain(pair.client)) {
    REQUIRE(deliver(pair.server, frame));
    pair.client.on_acked(frame.sent);
  }
  CHECK(events(pair.client) == Events{EventKind::kWritable});
  CHECK(events(pair.server) == Events{EventKind::kReadable});
  const ReadView view = pair.server.read(stream).value();
  CHECK(view.message_end);
  CHECK(view.data.size() == 4000);
}

TEST_CASE("data in too many fragments finds no room [LIM-4]") {
  StreamLimits limits = kLimits;
  limits.max_streams = 20;
  Pair pair(limits);
  StreamTable& server = pair.server;
  const auto fragment = [](std::uint32_t stream, std::uint64_t n) {
    return wire::StreamFrame{StreamId(stream), 2 * n, as_bytes("x"), false};
  };
  for (std::uint64_t n = 1; n <= 64; ++n) {
    REQUIRE(has_room(server, fragment(1, n)));
    REQUIRE(server.on_frame(fragment(1, n)));
  }
  CHECK_FALSE(has_room(server, fragment(1, 65)));
  // What opens no gap always has room: a copy, a neighbour, the missing beginning.
  CHECK(has_room(server, fragment(1, 64)));
  CHECK(has_room(server, wire::StreamFrame{StreamId(1), 3, as_bytes("x"), false}));
  CHECK(has_room(server, wire::StreamFrame{StreamId(1), 0, as_bytes("x"), false}));
  CHECK(has_room(server, wire::StreamFrame{StreamId(1), 1000, {}, true}));

  SECTION("over all streams of the session") {
    for (std::uint32_t stream = 3; stream <= 15; stream += 2) {
      for (std::uint64_t n = 1; n <= 64; ++n) {
        REQUIRE(has_room(server, fragment(stream, n)));
        REQUIRE(server.on_frame(fragment(stream, n)));
      }
    }
    CHECK_FALSE(has_room(server, fragment(17, 1)));
    CHECK(has_room(server, fragment(17, 0)));
    // Nothing is kept for streams that are over, or that were never this peer's to name.
    CHECK(has_room(server, fragment(2, 1)));
    REQUIRE(server.on_frame(wire::ResetStreamFrame{StreamId(1), 0, 129}));
    CHECK(has_room(server, fragment(17, 1)));
  }
  SECTION("and whoever goes on nevertheless is stopped") {
    for (std::uint64_t n = 65; n <= 128; ++n) REQUIRE(server.on_frame(fragment(1, n)));
    CHECK_FAILED(server.on_frame(fragment(1, 129)), TransportCode::kExcessiveLoad);
  }
}

TEST_CASE("memory follows the data and returns when it is gone") {
  Pair pair;
  const StreamId stream = pair.open();
  CHECK(pair.client.buffered_bytes() == 0);
  CHECK(pair.server.buffered_bytes() == 0);
  REQUIRE(pair.client.send(stream, pattern(0, 5000)));
  CHECK(pair.client.buffered_bytes() == 8192);
  // One byte at the end of its window takes the window's memory and no more.
  REQUIRE(pair.server.on_frame(wire::StreamFrame{stream, 7999, as_bytes("x"), false}));
  CHECK(pair.server.buffered_bytes() == 8192);
  exchange(pair.client, pair.server);
  REQUIRE(read_all(pair.server, stream) == pattern(0, 5000));
  pair.client.trim();
  CHECK(pair.client.buffered_bytes() == 0);
}

TEST_CASE("urgent streams go first, equal ones share") {
  Pair pair;
  const StreamId bulk = pair.open({"bulk", 7, 255, Framing::kBytes});
  const StreamId one = pair.open({"one", 3, 1, Framing::kBytes});
  const StreamId two = pair.open({"two", 3, 2, Framing::kBytes});
  for (const StreamId stream : {bulk, one, two}) {
    REQUIRE(pair.client.send(stream, pattern(0, 8000)));
  }
  std::map<StreamId, std::uint64_t> shares;
  std::uint64_t total = 0;
  const auto send_up_to = [&](std::uint64_t bytes) {
    while (total < bytes) {
      const auto frame = next_frame(pair.client, 405);
      REQUIRE(frame.has_value());
      shares[StreamId(frame->sent.stream)] += frame->sent.length;
      total += frame->sent.length;
    }
  };
  send_up_to(7200);
  CHECK(shares[bulk] == 0);
  CHECK(shares[one] == Approx(2400).margin(405));
  CHECK(shares[two] == Approx(4800).margin(405));
  send_up_to(16000);
  CHECK(shares[bulk] == 0);
  send_up_to(16001);
  CHECK(shares[bulk] > 0);
}
