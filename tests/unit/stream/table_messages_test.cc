// SPDX-License-Identifier: MIT
//
// Messages that travel one by one: without order, until they expire, or once.
#include <catch2/catch.hpp>

#include "stream/best_effort.h"
#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;
using namespace std::chrono_literals;

namespace {

constexpr Duration kPto = 100ms;
const Instant kStart{std::chrono::hours(1)};

StreamOptions options(Delivery delivery, Duration time_to_live = 1s) {
  return {.service = "m",
          .framing = Framing::kMessages,
          .delivery = delivery,
          .time_to_live = time_to_live};
}

struct Messages : Pair {
  explicit Messages(Delivery delivery, Duration time_to_live = 1s)
      : stream((at(kStart), open(options(delivery, time_to_live)))) {}

  void at(Instant now) {
    client.on_time(now, kPto);
    server.on_time(now, kPto);
  }
  void send(std::string_view text) { REQUIRE(client.send(stream, as_bytes(text))); }
  /// The next message that the server's application can read, if any.
  std::optional<std::string> next() {
    std::string message;
    while (true) {
      const auto view = server.read(stream);
      if (!view || (view->data.empty() && !view->message_end)) return std::nullopt;
      message += as_text(view->data);
      const bool end = view->message_end;
      REQUIRE(server.consume(stream, view->data.size()));
      if (end) return message;
    }
  }
  Result<void, Violation> msg(std::uint64_t seq, std::uint64_t frag_offset, std::uint64_t total,
                              std::string_view data) {
    return server.on_frame(wire::MsgFrame{stream, seq, frag_offset, total, as_bytes(data)});
  }

  StreamId stream;
};

std::vector<FrameOut> of_kind(std::vector<FrameOut> frames, wire::SentKind kind) {
  std::erase_if(frames, [kind](const FrameOut& frame) { return frame.sent.kind != kind; });
  return frames;
}

}  // namespace

TEST_CASE("only a stream in order carries bytes") {
  Pair pair;
  for (const Delivery delivery :
       {Delivery::kUnordered, Delivery::kExpiring, Delivery::kBestEffort}) {
    StreamOptions wrong = options(delivery);
    wrong.framing = Framing::kBytes;
    CHECK_FAILED(pair.client.open(wrong), LocalCode::kInvalidArgument);
    const StreamId stream = pair.open(options(delivery));
    CHECK(pair.server.info(stream)->options.delivery == delivery);
  }
  CHECK_FAILED(pair.client.open(options(Delivery::kExpiring, 999us)), LocalCode::kInvalidArgument);
  CHECK_FAILED(pair.client.open(options(Delivery::kExpiring, 10min + 1ns)),
               LocalCode::kInvalidArgument);
  CHECK(pair.client.open(options(Delivery::kExpiring, 1ms)));
}

TEST_CASE("a message does not wait for one before it [MSG-3]") {
  for (const Delivery delivery :
       {Delivery::kUnordered, Delivery::kExpiring, Delivery::kBestEffort}) {
    Messages pair(delivery);
    for (const std::string_view text : {"one", "two", "", "three"}) pair.send(text);
    const std::vector<FrameOut> frames = drain(pair.client);
    REQUIRE(frames.size() == 4);
    for (const std::size_t n : {3u, 2u, 1u}) REQUIRE(deliver(pair.server, frames[n]));
    CHECK(pair.next() == "three");
    CHECK(pair.next() == "");
    CHECK(pair.next() == "two");
    CHECK_FALSE(pair.next());
    REQUIRE(deliver(pair.server, frames[0]));
    CHECK(pair.next() == "one");
  }
}

TEST_CASE("a message arrives once, and the first bytes to come count [MSG-3]") {
  Messages pair(Delivery::kUnordered);
  REQUIRE(pair.msg(1, 0, 6, "abc"));
  REQUIRE(pair.msg(1, 2, 6, "CDE"));
  CHECK_FALSE(pair.next());
  REQUIRE(pair.msg(1, 5, 6, "f"));
  CHECK(pair.next() == "abcDEf");
  REQUIRE(pair.msg(1, 0, 6, "again!"));
  CHECK_FALSE(pair.next());
  REQUIRE(pair.msg(2, 0, 6, "abc"));
  CHECK_FAILED(pair.msg(2, 0, 7, "abc"), TransportCode::kProtocolViolation);
}

TEST_CASE("frames of another delivery are refused [MSG-2]") {
  Messages unordered(Delivery::kUnordered);
  const auto code = TransportCode::kStreamStateError;
  CHECK_FAILED(unordered.server.on_frame(wire::StreamFrame{unordered.stream, 0, as_bytes("x")}),
               code);
  CHECK_FAILED(unordered.server.on_frame(wire::MsgSkipFrame{unordered.stream, 0, 0}), code);
  Messages best(Delivery::kBestEffort);
  CHECK_FAILED(best.server.on_frame(wire::StreamFrame{best.stream, 0, as_bytes("x")}), code);
  CHECK_FAILED(best.server.on_frame(wire::MsgSkipFrame{best.stream, 0, 0}), code);
  Pair ordered;
  const StreamId stream = ordered.open({.service = {}, .framing = Framing::kMessages});
  CHECK_FAILED(ordered.server.on_frame(wire::MsgFrame{stream, 0, 0, 1, as_bytes("x")}), code);

  Pair late;
  const wire::OpenFrame open{StreamId(1), "", 3, 16, Framing::kMessages, Delivery::kReliable};
  REQUIRE(late.server.on_frame(wire::MsgFrame{StreamId(1), 0, 0, 1, as_bytes("x")}));
  CHECK_FAILED(late.server.on_frame(open), code);
}

TEST_CASE("a number too far ahead is refused [MSG-4]") {
  Messages pair(Delivery::kUnordered);
  CHECK(pair.msg(4095, 0, 1, "x"));
  CHECK_FAILED(pair.msg(4096, 0, 1, "x"), TransportCode::kFlowControlError);
  REQUIRE(pair.msg(0, 0, 1, "x"));
  CHECK(pair.msg(4096, 0, 1, "x"));
}

TEST_CASE("no number is sent that is too far ahead [MSG-4]") {
  StreamLimits limits{
      .max_streams = 4, .max_data = 100000, .max_stream_data = 50000, .message_bytes_max = 4000};
  Pair pair(limits, 1000000);
  const StreamId stream = pair.open(options(Delivery::kUnordered));
  for (int n = 0; n < 5000; ++n) REQUIRE(pair.client.send(stream, as_bytes("x")));
  const std::vector<FrameOut> frames = drain(pair.client);
  CHECK(frames.size() == 4096);
  pair.client.on_acked(frames[1].sent);
  CHECK_FALSE(next_frame(pair.client));
  pair.client.on_acked(frames[0].sent);
  CHECK(drain(pair.client).size() == 2);
}

TEST_CASE("a message waits until there is credit for all of it [MSG-5, FLOW-9, FLOW-10]") {
  Messages pair(Delivery::kUnordered);  // 8000 bytes for the stream, messages up to 4000
  pair.send(std::string(3000, 'a'));
  pair.send(std::string(3000, 'b'));
  pair.send(std::string(3000, 'c'));
  auto frames = drain(pair.client);
  const auto told = of_kind(frames, wire::SentKind::kStreamDataBlocked);
  REQUIRE(told.size() == 1);
  CHECK(std::get<wire::StreamDataBlockedFrame>(told[0].frame()).maximum == 8000);
  for (const FrameOut& frame : frames) REQUIRE(deliver(pair.server, frame));
  CHECK(drain(pair.client).empty());
  // So little would not be worth a frame to anybody who is not blocked.
  REQUIRE(pair.server.read(pair.stream));
  REQUIRE(pair.server.consume(pair.stream, 1000));
  exchange(pair.client, pair.server);
  CHECK(pair.next().value() == std::string(2000, 'a'));
  CHECK(pair.next().value() == std::string(3000, 'b'));
  CHECK(pair.next().value() == std::string(3000, 'c'));

  SECTION("and one for which there never can be is refused") {
    StreamLimits small = kLimits;
    small.max_data = 3000;
    Pair tight(small);
    const StreamId stream = tight.open(options(Delivery::kUnordered));
    CHECK_FAILED(tight.client.send(stream, pattern(0, 3001)), LocalCode::kMessageTooLarge);
    CHECK(tight.client.send(stream, pattern(0, 3000)));
  }
}

TEST_CASE("credit of the session that is short is waited for in turn [FLOW-9]") {
  StreamLimits limits = kLimits;
  limits.max_data = 5000;
  Pair pair(limits);
  const StreamId first = pair.open(options(Delivery::kUnordered));
  const StreamId second = pair.open(options(Delivery::kUnordered));
  const StreamId best = pair.open(options(Delivery::kBestEffort));
  REQUIRE(pair.client.send(first, pattern(0, 3000)));
  const auto sent = drain(pair.client);
  for (const FrameOut& frame : sent) REQUIRE(deliver(pair.server, frame));
  REQUIRE(pair.client.send(first, pattern(0, 4000)));
  REQUIRE(pair.client.send(second, pattern(0, 100)));  // would fit, but would take it away
  REQUIRE(pair.client.send(best, pattern(0, 100)));    // needs none
  const auto frames = drain(pair.client);
  REQUIRE(frames.size() == 2);
  CHECK(StreamId(frames[0].sent.stream) == best);
  CHECK(std::get<wire::DataBlockedFrame>(frames[1].frame()).maximum == 5000);

  SECTION("the first gets it first") {
    REQUIRE(pair.client.on_frame(wire::MaxDataFrame{7100}));
    const auto after = drain(pair.client);
    CHECK(StreamId(after.front().sent.stream) == first);
    CHECK(StreamId(after.back().sent.stream) == second);
  }
  SECTION("who gives up lets the others go") {
    REQUIRE(pair.client.reset(first, 1));
    const auto after = of_kind(drain(pair.client), wire::SentKind::kMsg);
    REQUIRE(after.size() == 1);
    CHECK(StreamId(after[0].sent.stream) == second);
  }
}

TEST_CASE("an expired message is not sent, not even again [MSG-6]") {
  Messages pair(Delivery::kExpiring, 50ms);
  pair.send("late");
  SECTION("one tick before it is") {
    pair.at(kStart);
    CHECK(pair.client.deadline() == kStart + 50ms);
    pair.at(kStart + 50ms - 1ns);
    CHECK(drain(pair.client).size() == 1);
  }
  SECTION("unsent it leaves no trace") {
    pair.at(kStart);
    pair.at(kStart + 50ms);
    CHECK(drain(pair.client).empty());
    CHECK(pair.client.info(pair.stream)->messages_expired == 1);
    pair.send("next");
    const auto frames = drain(pair.client);
    REQUIRE(frames.size() == 1);
    CHECK(std::get<wire::MsgFrame>(frames[0].frame()).seq == 0);
  }
  SECTION("it begins to age when the turn ends") {
    pair.at(kStart + 60ms);
    pair.at(kStart + 110ms - 1ns);
    CHECK(drain(pair.client).size() == 1);
  }
  SECTION("lost, it is skipped") {
    pair.at(kStart);
    const auto frames = drain(pair.client);
    pair.at(kStart + 50ms);
    pair.client.on_lost(frames[0].sent);
    const auto after = drain(pair.client);
    REQUIRE(after.size() == 1);
    CHECK(after[0].sent.kind == wire::SentKind::kMsgSkip);
  }
}

TEST_CASE("what was given up is skipped, until the peer knows [MSG-7]") {
  Messages pair(Delivery::kExpiring, 50ms);
  pair.send("gone");
  pair.send(std::string(2000, 'g'));
  pair.at(kStart);
  auto frames = drain(pair.client);
  REQUIRE(frames.size() == 3);
  REQUIRE(deliver(pair.server, frames[2]));  // the end of the second
  pair.at(kStart + 40ms);
  pair.send("alive");
  pair.at(kStart + 40ms);
  frames = drain(pair.client);
  REQUIRE(frames.size() == 1);
  REQUIRE(deliver(pair.server, frames[0]));
  pair.at(kStart + 50ms);
  const FrameOut skip = next_frame(pair.client).value();
  const auto frame = std::get<wire::MsgSkipFrame>(skip.frame());
  CHECK(frame.seq_below == 2);
  CHECK(frame.credit_total_below == 2004);
  const std::uint64_t before = pair.server.buffered_bytes();
  REQUIRE(deliver(pair.server, skip));
  CHECK(pair.server.buffered_bytes() < before);
  CHECK(pair.next() == "alive");

  SECTION("lost ones are sent again") {
    pair.client.on_lost(skip.sent);
    CHECK(next_frame(pair.client)->sent.kind == wire::SentKind::kMsgSkip);
    pair.client.on_acked(skip.sent);
    CHECK_FALSE(next_frame(pair.client));
  }
  SECTION("but not if a later one says more") {
    pair.at(kStart + 90ms);
    const FrameOut later = next_frame(pair.client).value();
    CHECK(later.sent.kind == wire::SentKind::kMsgSkip);
    pair.client.on_lost(skip.sent);
    CHECK_FALSE(next_frame(pair.client));
  }
  SECTION("the end counts them") {
    REQUIRE(pair.client.finish(pair.stream));
    pair.client.on_acked(frames[0].sent);
    const FrameOut end = next_frame(pair.client).value();
    CHECK(std::get<wire::StreamFrame>(end.frame()).offset == 2009);
    REQUIRE(deliver(pair.server, end));
    CHECK(pair.server.read(pair.stream)->fin);
    // Before the peer knows what it need not wait for, nothing is over.
    pair.client.on_acked(end.sent);
    CHECK_FALSE(pair.client.all_delivered());
    pair.client.on_acked(skip.sent);
    CHECK(pair.client.all_delivered());
  }
  SECTION("the credit comes back") {
    CHECK(pair.server.info(pair.stream)->recv_window == 8000 - 2009);
    pair.send(std::string(3900, 'x'));
    pair.send(std::string(3900, 'x'));
    exchange(pair.client, pair.server);
    CHECK(pair.next().value().size() == 3900);
    CHECK(pair.next().value().size() == 3900);
  }
}

TEST_CASE("the span counts from what the peer surely knows of until a skip has arrived [MSG-4]") {
  BlockPool pool;
  MessageQueue queue(pool);
  queue.push(0, 10);
  queue.push(10, 10);
  queue.stamp(kStart, 1s);
  constexpr std::uint64_t kFirstBeyond = MessageQueue::kSpan;
  CHECK(queue.in_span(kFirstBeyond - 1));
  CHECK_FALSE(queue.in_span(kFirstBeyond));
  REQUIRE(queue.expire(kStart + 1s, 20) == 20);  // both had left
  CHECK(queue.skip_below() == 2);
  CHECK_FALSE(queue.in_span(kFirstBeyond));
  queue.on_skip_sent();
  queue.on_skip_acked(2);
  CHECK(queue.in_span(kFirstBeyond + 1));
  CHECK_FALSE(queue.in_span(kFirstBeyond + 2));
}

TEST_CASE("a MSG_SKIP that contradicts what was received closes [MSG-7]") {
  const auto skip = [](Messages& pair, std::uint64_t below, std::uint64_t credit) {
    return pair.server.on_frame(wire::MsgSkipFrame{pair.stream, below, credit});
  };
  Messages pair(Delivery::kExpiring);
  REQUIRE(pair.msg(0, 0, 10, "0123456789"));
  REQUIRE(pair.msg(2, 0, 10, "01234"));
  CHECK(skip(pair, 1, 999));  // nothing is left to skip there
  CHECK_FAILED(skip(pair, 3, 19), TransportCode::kProtocolViolation);
  CHECK_FAILED(skip(pair, 3, 8001), TransportCode::kFlowControlError);
  CHECK(skip(pair, 3, 8000));
  CHECK(pair.server.info(pair.stream)->recv_window == 0);
  CHECK(skip(pair, 3, 8000));
  CHECK_FAILED(skip(pair, 3 + 4097, 8000), TransportCode::kFlowControlError);
  Messages other(Delivery::kExpiring);
  REQUIRE(other.msg(0, 0, 10, "01234"));
  CHECK_FAILED(skip(other, 1, 11), TransportCode::kProtocolViolation);
  CHECK(skip(other, 1, 10));
}

TEST_CASE("best effort is sent once, and uses no credit [MSG-8]") {
  Messages pair(Delivery::kBestEffort);
  const auto before = pair.client.info(pair.stream)->send_window;
  for (int n = 0; n < 20; ++n) pair.send(std::string(400, 'b'));
  const auto frames = drain(pair.client);
  for (const FrameOut& frame : frames) pair.client.on_lost(frame.sent);
  CHECK(drain(pair.client).empty());
  CHECK(pair.client.info(pair.stream)->send_window == before);
  CHECK(pair.client.all_delivered());
  REQUIRE(pair.client.finish(pair.stream));
  const FrameOut end = next_frame(pair.client).value();
  CHECK(std::get<wire::StreamFrame>(end.frame()).offset == 0);
  REQUIRE(deliver(pair.server, end));
  CHECK(pair.server.read(pair.stream)->fin);
}

TEST_CASE("best effort has a largest message [MSG-8]") {
  StreamLimits limits = kLimits;
  limits.max_stream_data = limits.max_data = 200000;
  limits.message_bytes_max = 100000;
  Pair pair(limits, 1000000);
  const StreamId stream = pair.open(options(Delivery::kBestEffort));
  CHECK(pair.client.send(stream, pattern(0, 65536)));
  CHECK_FAILED(pair.client.send(stream, pattern(0, 65537)), LocalCode::kMessageTooLarge);
  const auto msg = [&](std::uint64_t total) {
    return pair.server.on_frame(wire::MsgFrame{stream, 0, 0, total, as_bytes("x")});
  };
  CHECK(msg(65536));
  CHECK_FAILED(msg(65537), TransportCode::kProtocolViolation);
  Messages small(Delivery::kBestEffort);  // message_bytes_max 4000
  CHECK(small.msg(0, 0, 4000, "x"));
  CHECK_FAILED(small.msg(1, 0, 4001, "x"), TransportCode::kProtocolViolation);
}

TEST_CASE("what is incomplete of best effort is bounded in number and memory [MSG-9]") {
  BlockPool pool;
  std::uint32_t gaps = 0;
  BestEffortParts parts(pool, gaps);
  const auto take = [&](std::uint64_t seq, std::uint64_t total, std::uint64_t frag_offset,
                        std::size_t size) {
    const auto data = pattern(frag_offset, size);
    return parts.take(kStart, wire::MsgFrame{StreamId(1), seq, frag_offset, total, data});
  };
  SECTION("16 messages") {
    for (std::uint64_t seq = 0; seq < 17; ++seq) CHECK_FALSE(take(seq, 200, 0, 100));
    CHECK(parts.size() == 16);
    CHECK(take(1, 200, 100, 100));
    CHECK_FALSE(take(0, 200, 100, 100));
  }
  SECTION("256 KiB") {
    for (std::uint64_t seq = 0; seq < 5; ++seq) CHECK_FALSE(take(seq, 65536, 0, 100));
    CHECK(parts.size() == 4);
    CHECK(take(1, 65536, 100, 65436));
    CHECK_FALSE(take(0, 65536, 100, 65436));
  }
  SECTION("and in time") {
    CHECK_FALSE(take(0, 200, 0, 100));
    parts.expire(kStart + 1s - 1ns, 1s);
    CHECK(parts.size() == 1);
    parts.expire(kStart + 1s, 1s);
    CHECK(parts.empty());
    CHECK(gaps == 0);
  }
  SECTION("a part that contradicts is nothing") {
    CHECK_FALSE(take(0, 200, 0, 100));
    CHECK_FALSE(take(0, 300, 100, 100));
    CHECK(take(0, 200, 100, 100));
  }
}

TEST_CASE("an incomplete best-effort message dies after a second or three PTO [MSG-9]") {
  Messages pair(Delivery::kBestEffort);
  REQUIRE(pair.msg(0, 0, 4, "ab"));
  CHECK(pair.server.deadline() == kStart + 1s);
  pair.server.on_time(kStart, 400ms);
  CHECK(pair.server.deadline() == kStart + 1200ms);
  pair.server.on_time(kStart + 1200ms, 400ms);
  CHECK(pair.server.deadline() == kNever);
  REQUIRE(pair.msg(0, 2, 4, "cd"));
  CHECK_FALSE(pair.next());
}

TEST_CASE("best effort that nobody reads is dropped beyond the windows [MSG-9]") {
  Messages pair(Delivery::kBestEffort);
  const std::string text(3000, 'x');
  for (std::uint64_t seq = 0; seq < 3; ++seq) REQUIRE(pair.msg(seq, 0, 3000, text));
  CHECK(pair.server.info(pair.stream)->messages_dropped == 1);  // 8000 fit
  CHECK(pair.next() == text);
  REQUIRE(pair.msg(3, 0, 3000, text));
  CHECK(pair.next() == text);
  CHECK(pair.next() == text);
  CHECK_FALSE(pair.next());
}

TEST_CASE("a message before OPEN waits for it, whatever it says [STR-6]") {
  Pair pair;
  const StreamId stream(1);
  const auto open = [&](Delivery delivery) {
    return pair.server.on_frame(wire::OpenFrame{stream, "", 3, 16, Framing::kMessages, delivery});
  };
  const wire::MsgFrame large{stream, 0, 0, 4000, as_bytes("part")};
  REQUIRE(has_room(pair.server, large));
  REQUIRE(pair.server.on_frame(wire::MsgFrame{stream, 1, 0, 5, as_bytes("early")}));
  REQUIRE(pair.server.on_frame(large));
  CHECK_FALSE(pair.server.has_event());
  CHECK_FALSE([&] {
    StreamTable::Needs more;
    const wire::MsgFrame fits{stream, 2, 0, 3995, as_bytes("x")};
    const wire::MsgFrame not_both{stream, 3, 0, 1, as_bytes("x")};
    return pair.server.has_room(fits, more) && pair.server.has_room(not_both, more);
  }());
  SECTION("reliable") {
    REQUIRE(open(Delivery::kUnordered));
    CHECK(pair.server.info(stream)->recv_window == 8000 - 4005);
  }
  SECTION("best effort") {
    REQUIRE(open(Delivery::kBestEffort));
    // Its final size is 0 nevertheless.
    REQUIRE(pair.server.on_frame(wire::StreamFrame{stream, 0, {}, true}));
  }
  const auto view = pair.server.read(stream);
  CHECK(as_text(view->data) == "early");
  CHECK(view->message_end);
}

TEST_CASE("an urgent message goes before the rest of a large one") {
  StreamLimits limits{
      .max_streams = 4, .max_data = 900000, .max_stream_data = 300000, .message_bytes_max = 262144};
  for (const Delivery delivery :
       {Delivery::kReliable, Delivery::kUnordered, Delivery::kExpiring, Delivery::kBestEffort}) {
    Pair pair(limits, 1000000);
    StreamOptions bulk = options(delivery);
    bulk.urgency = 5;
    const StreamId large = pair.open(bulk);
    const StreamId urgent = pair.open({.service = {}, .urgency = 1, .framing = Framing::kMessages});
    REQUIRE(pair.client.send(large, pattern(0, 60000)));
    for (int n = 0; n < 3; ++n) REQUIRE(next_frame(pair.client));
    REQUIRE(pair.client.send(urgent, pattern(0, 64)));
    CHECK(StreamId(next_frame(pair.client)->sent.stream) == urgent);
  }
}

TEST_CASE("every delivery says when there is room again") {
  for (const Delivery delivery :
       {Delivery::kUnordered, Delivery::kExpiring, Delivery::kBestEffort}) {
    Messages pair(delivery);
    while (pair.client.send(pair.stream, pattern(0, 1000))) {
    }
    CHECK_FAILED(pair.client.send(pair.stream, {}), LocalCode::kWouldBlock);
    CHECK_FALSE(pair.client.has_event());
    if (delivery == Delivery::kExpiring) {
      pair.at(kStart);
      pair.at(kStart + 1s);
    }
    for (const FrameOut& frame : drain(pair.client)) pair.client.on_acked(frame.sent);
    CHECK(events(pair.client) == std::vector{EventKind::kWritable});
  }
}
