// SPDX-License-Identifier: MIT
#include "recovery/ack_tracker.h"

#include <catch2/catch.hpp>
#include <vector>

#include "wire/frame.h"

using namespace jetstream;
using namespace std::chrono_literals;
using recovery::AckTracker;
using wire::AckRange;

namespace {

constexpr Instant kStart{1s};

struct Written {
  bool ok = false;
  wire::SentFrame sent;
  std::vector<AckRange> ranges;
  std::uint64_t delay_us = 0;
};

Written write(AckTracker& tracker, Instant now, std::size_t room = 1000) {
  std::vector<std::uint8_t> bytes(room);
  base::ByteWriter writer(bytes);
  Written result;
  result.ok = tracker.write_ack(now, writer, result.sent);
  if (!result.ok) {
    CHECK(writer.position() == 0);
    return result;
  }
  wire::FrameReader reader(writer.written());
  auto frame = std::get<wire::AckFrame>(reader.next().value());
  CHECK(reader.done());
  for (const AckRange& range : frame.ranges()) result.ranges.push_back(range);
  result.delay_us = frame.delay_us;
  return result;
}

using Ranges = std::vector<AckRange>;

}  // namespace

TEST_CASE("nothing received, nothing to acknowledge") {
  AckTracker tracker;
  CHECK_FALSE(tracker.ack_due(kStart));
  CHECK_FALSE(tracker.ack_pending());
  CHECK(tracker.deadline() == kNever);
  CHECK_FALSE(tracker.largest());
  CHECK_FALSE(write(tracker, kStart).ok);
}

TEST_CASE("one packet is acknowledged after the delay and not before [ACK-1]") {
  AckTracker tracker;
  tracker.on_packet(kStart, 0, true, false);
  CHECK(tracker.ack_pending());
  Instant deadline = kStart + AckTracker::kMaxAckDelay;
  CHECK(tracker.deadline() == deadline);
  CHECK_FALSE(tracker.ack_due(deadline - 1ns));
  CHECK(tracker.ack_due(deadline));
  Written ack = write(tracker, deadline);
  CHECK(ack.ranges == Ranges{{0, 0}});
  CHECK(ack.delay_us == 25'000);
  CHECK(ack.sent.kind == wire::SentKind::kAck);
  CHECK_FALSE(tracker.ack_pending());
  CHECK(tracker.deadline() == kNever);
}

TEST_CASE("the second packet does not extend the delay and makes the ACK due") {
  AckTracker tracker;
  tracker.on_packet(kStart, 0, true, false);
  tracker.on_packet(kStart + 10ms, 1, true, false);
  CHECK(tracker.ack_due(kStart + 10ms));
  CHECK(tracker.deadline() == kStart + AckTracker::kMaxAckDelay);
}

TEST_CASE("packets that need no acknowledgement never ask for one but are part of it [ACK-3]") {
  AckTracker tracker;
  tracker.on_packet(kStart, 0, false, true);
  tracker.on_packet(kStart, 7, false, false);
  CHECK_FALSE(tracker.ack_pending());
  CHECK_FALSE(tracker.ack_due(kStart + 1h));
  CHECK(tracker.largest() == 7U);
  tracker.on_packet(kStart, 8, true, false);
  CHECK(write(tracker, kStart).ranges == Ranges{{7, 8}, {0, 0}});
}

TEST_CASE("a gap, a late packet or an urgent one ask for an ACK at once [ACK-2]") {
  AckTracker tracker;
  tracker.on_packet(kStart, 0, true, false);
  write(tracker, kStart);
  SECTION("gap") {
    tracker.on_packet(kStart, 2, true, false);
    CHECK(tracker.ack_due(kStart));
    write(tracker, kStart);
    tracker.on_packet(kStart, 1, true, false);
    CHECK(tracker.ack_due(kStart));
    write(tracker, kStart);
    tracker.on_packet(kStart, 3, true, false);
    CHECK_FALSE(tracker.ack_due(kStart));
  }
  SECTION("urgent") {
    tracker.on_packet(kStart, 1, true, true);
    CHECK(tracker.ack_due(kStart));
  }
  SECTION("neither") {
    tracker.on_packet(kStart, 1, true, false);
    CHECK_FALSE(tracker.ack_due(kStart));
  }
}

TEST_CASE("the reported delay is that of the largest number") {
  AckTracker tracker;
  tracker.on_packet(kStart, 5, true, false);
  tracker.on_packet(kStart + 10ms, 3, true, false);
  CHECK(write(tracker, kStart + 12ms).delay_us == 12'000);
}

TEST_CASE("the newest 32 ranges are kept") {
  AckTracker tracker;
  for (std::uint64_t i = 0; i < 40; ++i) tracker.on_packet(kStart, 2 * i, true, false);
  Written ack = write(tracker, kStart);
  REQUIRE(ack.ranges.size() == AckTracker::kRangesKept);
  CHECK(ack.ranges.front() == AckRange{78, 78});
  CHECK(ack.ranges.back() == AckRange{16, 16});
  // One below them all has no room.
  tracker.on_packet(kStart, 1, true, false);
  CHECK(write(tracker, kStart).ranges.back() == AckRange{16, 16});
}

TEST_CASE("an ACK that does not fit leaves everything pending, fewer ranges are an ACK") {
  AckTracker tracker;
  for (std::uint64_t i = 0; i < 10; ++i) tracker.on_packet(kStart, 2 * i, true, false);
  CHECK_FALSE(write(tracker, kStart, 4).ok);
  CHECK(tracker.ack_due(kStart));
  Written ack = write(tracker, kStart, 9);
  REQUIRE(ack.ok);
  CHECK(ack.ranges == Ranges{{18, 18}, {16, 16}, {14, 14}});
  CHECK_FALSE(tracker.ack_pending());
}

TEST_CASE("what the peer knows to be acknowledged is not repeated") {
  AckTracker tracker;
  for (std::uint64_t number : {0U, 1U, 4U, 5U, 6U}) tracker.on_packet(kStart, number, true, false);
  Written first = write(tracker, kStart);
  CHECK(first.sent.offset == 6);
  tracker.on_packet(kStart, 8, true, false);
  tracker.on_ack_acked(first.sent);
  CHECK(write(tracker, kStart).ranges == Ranges{{8, 8}});
  // Later than the ACK that says so, the largest number is still known.
  tracker.on_ack_acked({.offset = 8, .kind = wire::SentKind::kAck});
  CHECK(tracker.largest() == 8U);
  tracker.on_packet(kStart, 9, true, false);
  CHECK_FALSE(tracker.ack_due(kStart));
  CHECK(write(tracker, kStart).ranges == Ranges{{8, 9}});
}
