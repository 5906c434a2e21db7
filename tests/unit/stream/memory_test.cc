// SPDX-License-Identifier: MIT
//
// Streams under a budget that they share with other sessions.
#include <catch2/catch.hpp>

#include "stream/flow_control.h"
#include "stream/message_assembly.h"
#include "stream/stream.h"
#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMiB = 1024 * 1024;
constexpr auto kReceiving = MemoryUse::kReceiving;
constexpr auto kSending = MemoryUse::kSending;
const Instant kStart{std::chrono::hours(1)};
constexpr StreamLimits kRoomy{.max_streams = 1000,
                              .max_data = 64 * kMiB,
                              .max_stream_data = 16 * kMiB,
                              .message_bytes_max = kMiB};

/// Another session that holds memory.
struct Neighbour : MemoryAccount {
  explicit Neighbour(MemoryBudget& budget) : MemoryAccount(&budget, 1) {}
  ~Neighbour() { set(0); }
  /// So that `free` bytes are left.
  void leave(MemoryBudget& budget, std::size_t free) {
    set(0);
    set(budget.free() - free);
  }
  void set(std::size_t bytes) {
    remove(kReceiving, held(kReceiving));
    add(kReceiving, bytes);
  }
};

struct Table : StreamTable {
  Table(Role role, MemoryBudget& budget, const StreamLimits& limits = kRoomy)
      : StreamTable(role, limits, limits, kMiB, {&budget, 5}) {
    on_time(kStart, 100ms, 10ms);
  }
};

wire::OpenFrame open_frame(std::uint32_t id, Framing framing = Framing::kBytes,
                           Delivery delivery = Delivery::kReliable) {
  return {StreamId(id), "", 3, 16, framing, delivery};
}

/// Takes the frame as a packet with nothing else would be taken.
template <class F>
bool take(StreamTable& table, const F& frame) {
  if (!has_room(table, frame)) return false;
  REQUIRE(table.on_frame(frame));
  return true;
}

}  // namespace

TEST_CASE("a packet that needs more memory than its session may take has no room [LIM-5]") {
  MemoryBudget budget(64 * kMiB);
  Neighbour other(budget);
  Table server(Role::kServer, budget);
  const auto data = pattern(0, 1000);
  REQUIRE(take(server, open_frame(1)));
  REQUIRE(take(server, wire::StreamFrame{StreamId(1), 0, data, false}));
  CHECK(server.held(kReceiving) == kStreamRecordBytes + 1024);

  // 4 MiB of a ring and what there is make more than an eighth of what is left, by so much.
  const std::size_t block = 4 * kMiB;
  const wire::StreamFrame far{StreamId(1), 3 * kMiB, data, false};
  const std::size_t needed = MemoryBudget::wanted(server.held(kReceiving), block - 1024);
  other.leave(budget, needed - 1);
  CHECK_FALSE(has_room(server, far));
  other.leave(budget, needed);
  CHECK(has_room(server, far));
  // What needs nothing is taken however little there is.
  other.leave(budget, 0);
  CHECK(has_room(server, wire::StreamFrame{StreamId(1), 1000, pattern(0, 24), false}));
  CHECK(has_room(server, wire::StreamFrame{StreamId(1), 0, data, true}));
  CHECK(has_room(server, wire::MaxStreamDataFrame{StreamId(1), 5}));
  CHECK_FALSE(has_room(server, far));
  // And the little that is read next.
  CHECK(has_room(server, wire::StreamFrame{StreamId(1), 1000, pattern(0, 14000), false}));
}

TEST_CASE("streams need memory for their records, whatever frame opens them [LIM-6]") {
  MemoryBudget budget(kMiB);
  Neighbour other(budget);
  Table server(Role::kServer, budget);
  other.leave(budget, 0);
  std::uint32_t taken = 0;
  while (take(server, open_frame(2 * taken + 1))) ++taken;
  CHECK(taken == MemoryBudget::kFloorBytes / kStreamRecordBytes);
  const StreamId next(2 * taken + 1);
  CHECK_FALSE(has_room(server, wire::ResetStreamFrame{next, 0, 0}));
  CHECK_FALSE(has_room(server, wire::StopSendingFrame{next, 0}));
  CHECK_FALSE(has_room(server, wire::MaxStreamDataFrame{next, 1}));
  CHECK_FALSE(has_room(server, wire::StreamDataBlockedFrame{next, 1}));
  CHECK_FALSE(has_room(server, wire::MsgSkipFrame{next, 0, 0}));
  CHECK_FALSE(has_room(server, wire::StreamFrame{next, 0, {}, true}));
  // Nothing is needed for one that breaks the rules, or is there.
  CHECK(has_room(server, wire::ResetStreamFrame{StreamId(2), 0, 0}));
  CHECK(has_room(server, wire::ResetStreamFrame{StreamId(4001), 0, 0}));
  CHECK(has_room(server, wire::ResetStreamFrame{StreamId(1), 0, 0}));

  SECTION("closed ones give theirs back") {
    REQUIRE(server.on_frame(wire::ResetStreamFrame{StreamId(1), 0, 0}));
    REQUIRE(server.reset(StreamId(1), 0));
    for (const FrameOut& frame : drain(server)) server.on_acked(frame.sent);
    events(server);
    CHECK(has_room(server, open_frame(next.value())));
  }
}

TEST_CASE("what the frames of a packet need adds up [LIM-5]") {
  MemoryBudget budget(kMiB);
  Table server(Role::kServer, budget);
  const auto data = pattern(0, 1000);
  StreamTable::Needs needs;
  std::size_t taken = 0;
  const auto begins = [&](std::uint32_t id) {
    return server.has_room(wire::StreamFrame{StreamId(id), 0, data, false}, needs);
  };
  while (begins(static_cast<std::uint32_t>(2 * taken + 1))) ++taken;
  const std::size_t each = kStreamRecordBytes + 1024;
  CHECK(taken == kMiB / 9 / each);

  SECTION("but one buffer is counted once, however many frames fill it") {
    StreamTable::Needs fresh;
    for (std::uint64_t n = 0; n < 200; ++n) {
      REQUIRE(server.has_room(wire::StreamFrame{StreamId(1), n * 3, pattern(0, 3), false}, fresh));
      REQUIRE(server.has_room(wire::OpenFrame{open_frame(1)}, fresh));
    }
    CHECK(fresh.memory == each);
    StreamTable::Needs messages;
    REQUIRE(take(server, open_frame(3, Framing::kMessages, Delivery::kUnordered)));
    for (std::uint64_t seq = 0; seq < 16; ++seq) {
      REQUIRE(server.has_room(wire::MsgFrame{StreamId(3), seq, 0, 3, pattern(0, 3)}, messages));
    }
    CHECK(messages.memory == MessageAssembly::first_growth(0) + 1024);
  }
}

TEST_CASE("a message that has begun can be completed, however little is left [LIM-6]") {
  MemoryBudget budget(64 * kMiB);
  Neighbour other(budget);
  Table server(Role::kServer, budget);
  REQUIRE(take(server, open_frame(1, Framing::kMessages, Delivery::kUnordered)));
  const auto message = pattern(0, 100000);
  const auto part = [&](std::uint64_t seq, std::size_t at, std::size_t size) {
    return wire::MsgFrame{StreamId(1), seq, at, message.size(), Bytes(message).subspan(at, size)};
  };
  const std::size_t needed =
      MemoryBudget::wanted(server.held(kReceiving), PartialMessage::memory_for(message.size()) +
                                                        MessageAssembly::first_growth(0));
  other.leave(budget, needed - 1);
  CHECK_FALSE(has_room(server, part(0, 50000, 1000)));
  other.leave(budget, needed);
  REQUIRE(take(server, part(0, 50000, 1000)));
  other.leave(budget, 0);
  CHECK_FALSE(has_room(server, part(1, 0, 1000)));
  for (std::size_t at = 0; at < message.size(); at += 1000) {
    REQUIRE(take(server, part(0, at, 1000)));
  }
  const ReadView view = *server.read(StreamId(1));
  CHECK((view.message_end && view.data.size() == message.size()));
  CHECK(std::equal(view.data.begin(), view.data.end(), message.begin()));
}

TEST_CASE("parts of best effort are paid for when they begin") {
  MemoryBudget budget(kMiB);
  Neighbour other(budget);
  Table server(Role::kServer, budget);
  REQUIRE(take(server, open_frame(1, Framing::kMessages, Delivery::kBestEffort)));
  const auto data = pattern(0, 1000);
  const wire::MsgFrame first{StreamId(1), 0, 0, 30000, data};
  const wire::MsgFrame second{StreamId(1), 0, 1000, 30000, data};
  REQUIRE(take(server, first));
  other.leave(budget, 0);
  CHECK(has_room(server, second));
  CHECK_FALSE(has_room(server, wire::MsgFrame{StreamId(1), 1, 0, 30000, pattern(0, 1000)}));
}

TEST_CASE("sending waits for memory, and goes on when another session gives some back [LIM-7]") {
  MemoryBudget budget(8 * kMiB);
  Neighbour other(budget);
  Table client(Role::kClient, budget);
  const StreamId bytes = client.open({}).value();
  StreamOptions options;
  options.framing = Framing::kMessages;
  const StreamId messages = client.open(options).value();
  other.leave(budget, 0);
  std::size_t taken = 0;
  Result<std::size_t> sent = 0;
  while ((sent = client.send(bytes, pattern(0, 100000)))) taken += *sent;
  CHECK_FAILED(sent, LocalCode::kWouldBlock);
  CHECK((taken > 0 && taken < MemoryBudget::kFloorBytes));
  CHECK_FAILED(client.send(messages, pattern(0, 100000)), LocalCode::kWouldBlock);
  CHECK(budget.waiting() == 1);
  CHECK_FALSE(budget.wakes());
  events(client);

  // Enough for the bytes, not for the message.
  other.leave(budget, 512 * 1024);
  REQUIRE(budget.take_woken() == 5u);
  client.on_memory();
  CHECK(events(client) == std::vector{EventKind::kWritable});
  CHECK(client.send(bytes, pattern(0, 10000)).value() > 0);
  // Still waiting for the message; that a buffer was moved is a reason to look, but not enough.
  if (budget.take_woken()) client.on_memory();
  CHECK_FALSE(client.has_event());
  CHECK(budget.waiting() == 1);
  CHECK_FALSE(budget.wakes());
  other.set(0);
  REQUIRE(budget.take_woken() == 5u);
  client.on_memory();
  CHECK(events(client) == std::vector{EventKind::kWritable});
  CHECK(client.send(messages, pattern(0, 100000)).value() == 100000);
  CHECK(budget.waiting() == 0);
}

TEST_CASE("sending goes on when the peer's acknowledgements free memory of another stream") {
  MemoryBudget budget(kMiB);
  Neighbour other(budget);
  Table client(Role::kClient, budget);
  const StreamId full = client.open({}).value();
  const StreamId waiting = client.open({}).value();
  const std::size_t taken = client.send(full, pattern(0, kMiB)).value();
  CHECK(taken >= kMiB / 32);
  other.leave(budget, 0);
  // Where there is room in the buffer, too: the session holds more than its part.
  CHECK_FAILED(client.send(full, pattern(0, 1)), LocalCode::kWouldBlock);
  CHECK_FAILED(client.send(waiting, pattern(0, 1)), LocalCode::kWouldBlock);
  for (const FrameOut& frame : drain(client)) client.on_acked(frame.sent);
  CHECK(client.held(kSending) == 2 * kStreamRecordBytes);
  REQUIRE(budget.take_woken() == 5u);
  client.on_memory();
  CHECK(events(client) == std::vector{EventKind::kWritable, EventKind::kWritable});
  CHECK(client.send(waiting, pattern(0, 1)).value() == 1);
}

TEST_CASE("buffers become small where memory is short") {
  MemoryBudget budget(8 * kMiB);
  Neighbour other(budget);
  Table client(Role::kClient, budget);
  Table server(Role::kServer, budget);
  const StreamId stream = client.open({}).value();
  REQUIRE(client.send(stream, pattern(0, 120000)).value() == 120000);
  const std::size_t records = kStreamRecordBytes;
  CHECK(client.held(kSending) == records + 128 * 1024);
  std::vector<FrameOut> frames = drain(client);
  for (const FrameOut& frame : frames) REQUIRE(deliver(server, frame));
  server.trim();
  CHECK(server.held(kReceiving) == records + 128 * 1024);
  other.leave(budget, 0);

  // A quarter is left, and a byte less.
  std::uint64_t acked = 0;
  for (const FrameOut& frame : frames) {
    client.on_acked(frame.sent);
    if (frame.sent.kind == wire::SentKind::kStream) acked += frame.sent.length;
    const bool is_small = 4 * (120000 - acked) <= 128 * 1024;
    if (acked < 110000) CHECK((client.held(kSending) < records + 128 * 1024) == is_small);
  }
  CHECK(client.held(kSending) == records);
  std::vector<std::uint8_t> read;
  while (read.size() < 120000) {
    const Bytes view = server.read(stream)->data;
    const std::size_t some = std::min<std::size_t>(view.size(), 10000);
    read.insert(read.end(), view.begin(), view.begin() + static_cast<std::ptrdiff_t>(some));
    REQUIRE(server.consume(stream, some));
  }
  CHECK(read == pattern(0, 120000));
  CHECK(server.held(kReceiving) == records);
}

TEST_CASE("credit reaches no further than an eighth of what is free [LIM-7]") {
  constexpr StreamLimits kWindows{
      .max_streams = 4, .max_data = 400000, .max_stream_data = 200000, .message_bytes_max = 4000};
  MemoryBudget budget(8 * kMiB);
  Neighbour other(budget);
  Table server(Role::kServer, budget, kWindows);
  REQUIRE(take(server, open_frame(1)));
  const auto use_up = [&](std::uint64_t from, std::uint64_t to) {
    while (from < to) {
      const std::size_t size = std::min<std::uint64_t>(to - from, 10000);
      REQUIRE(take(server, wire::StreamFrame{StreamId(1), from, pattern(from, size), false}));
      from += size;
      while (!server.read(StreamId(1))->data.empty()) {
        REQUIRE(server.consume(StreamId(1), server.read(StreamId(1))->data.size()));
      }
    }
  };
  const auto stream_credit = [&] {
    std::uint64_t maximum = 0;
    for (const FrameOut& out : drain(server)) {
      const wire::Frame frame = out.frame();
      const auto* credit = std::get_if<wire::MaxStreamDataFrame>(&frame);
      if (credit != nullptr) maximum = credit->maximum;
    }
    return maximum;
  };
  other.leave(budget, 80 * 1024);
  use_up(0, 200000);
  // No promise is taken back: what was given before is used up first.
  const std::uint64_t little = stream_credit();
  CHECK(little == 200000 + MemoryBudget::kFloorBytes);
  use_up(200000, little - 1);
  other.leave(budget, 8 * 50000);
  REQUIRE(take(server, wire::StreamDataBlockedFrame{StreamId(1), little}));
  use_up(little - 1, little);
  CHECK(stream_credit() == little + 50000);

  SECTION("and who is stopped by that hears when there is more, though nothing else happens") {
    const std::uint64_t next = server.info(StreamId(1))->recv_window + little;
    other.leave(budget, 80 * 1024);
    REQUIRE(take(server, wire::StreamDataBlockedFrame{StreamId(1), next}));
    CHECK(stream_credit() == 0);
    CHECK(budget.waiting() == 1);
    CHECK_FALSE(budget.wakes());
    other.set(0);
    REQUIRE(budget.take_woken() == 5u);
    server.on_memory();
    CHECK(stream_credit() > next);
  }
}

TEST_CASE("a window doubles when it sets the pace [FLOW-11]") {
  constexpr Duration kRtt = 10ms;
  RecvCredit credit(1000);
  const auto round = [&](Instant now, std::uint64_t window_max) {
    credit.receive(credit.available());
    credit.consume(credit.unconsumed());
    credit.tune(now, kRtt, window_max);
    credit.announce();
    return credit.window();
  };
  CHECK(round(kStart, 16000) == 1000);  // the first time tells nothing
  CHECK(round(kStart + 20ms, 16000) == 1000);
  CHECK(round(kStart + 40ms - 1ns, 16000) == 2000);
  CHECK(credit.available() == 2000);
  CHECK(round(kStart + 50ms, 3000) == 3000);
  CHECK(round(kStart + 60ms, 3000) == 3000);
  CHECK(round(kStart + 61ms, 100) == 3000);  // never smaller

  SECTION("not because the same is said again") {
    credit.tune(kStart + 61ms, kRtt, 16000);
    CHECK(credit.window() == 3000);
  }
  SECTION("not for a reader who is slow, however much the peer has to say [RATE-4]") {
    credit.receive(credit.available());
    credit.consume(1500);
    credit.on_blocked(credit.announced());
    credit.tune(kStart + 62ms, kRtt, 16000);
    CHECK(credit.window() == 3000);
    credit.consume(1);
    credit.tune(kStart + 63ms, kRtt, 16000);
    CHECK(credit.window() == 6000);
  }
  SECTION("not without knowing the round trip") {
    credit.receive(credit.available());
    credit.consume(credit.unconsumed());
    credit.tune(kStart + 62ms, Duration(0), 16000);
    CHECK(credit.window() == 3000);
  }
}

TEST_CASE("with less than a quarter free windows stay [FLOW-11]") {
  for (const bool tight : {false, true}) {
    MemoryBudget budget(8 * kMiB);
    Neighbour other(budget);
    Table server(Role::kServer, budget, kLimits);
    REQUIRE(take(server, open_frame(1)));
    other.leave(budget, tight ? 2 * kMiB - 1 : 3 * kMiB);
    std::uint64_t at = 0;
    for (int n = 0; n < 5; ++n) {
      server.on_time(kStart + n * 10ms, 100ms, 10ms);
      REQUIRE(take(server, wire::StreamFrame{StreamId(1), at, pattern(at, 8000), false}));
      at += 8000;
      while (!server.read(StreamId(1))->data.empty()) {
        REQUIRE(server.consume(StreamId(1), server.read(StreamId(1))->data.size()));
      }
      drain(server);
    }
    CHECK((server.info(StreamId(1))->recv_window > 8000) == !tight);
  }
}

TEST_CASE("nothing stays behind when a session goes, or when it is given up [LIM-5]") {
  MemoryBudget budget(8 * kMiB);
  for (const bool abandoned : {false, true}) {
    Table server(Role::kServer, budget);
    REQUIRE(take(server, open_frame(1)));
    REQUIRE(take(server, open_frame(3, Framing::kMessages, Delivery::kUnordered)));
    REQUIRE(take(server, open_frame(5, Framing::kMessages, Delivery::kBestEffort)));
    REQUIRE(take(server, wire::StreamFrame{StreamId(1), 500, pattern(0, 1000), false}));
    REQUIRE(take(server, wire::MsgFrame{StreamId(3), 3, 100, 3000, pattern(0, 1000)}));
    REQUIRE(take(server, wire::MsgFrame{StreamId(3), 4, 0, 1000, pattern(0, 1000)}));
    REQUIRE(take(server, wire::MsgFrame{StreamId(5), 0, 100, 3000, pattern(0, 1000)}));
    for (const std::uint32_t id : {1u, 3u, 5u}) {
      REQUIRE(server.send(StreamId(id), pattern(0, 5000)));
    }
    REQUIRE(server.read(StreamId(3))->data.size() == 1000);
    const std::size_t held = budget.held();
    CHECK(held == server.held(kReceiving) + server.held(kSending));
    if (!abandoned) continue;
    server.abandon();
    CHECK(server.held(kSending) == 0);
    CHECK(server.held(kReceiving) < 3 * kStreamRecordBytes + 1024);
    // Too late, but no harm is done.
    CHECK_FAILED(server.read(StreamId(3)), LocalCode::kClosing);
    CHECK_FAILED(server.consume(StreamId(3), 1000), LocalCode::kClosing);
  }
  CHECK(budget.held() == 0);
}
