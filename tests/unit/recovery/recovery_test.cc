// SPDX-License-Identifier: MIT
#include "recovery/recovery.h"

#include <catch2/catch.hpp>

#include "unit/recovery/ack_of.h"

using namespace jetstream;
using namespace std::chrono_literals;
using recovery::FrameFates;
using recovery::Recovery;

namespace {

constexpr Instant kStart{1s};
constexpr Duration kAckDelay = 25ms;
/// Without a sample: 333 ms + 4 * 166.5 ms + 25 ms.
constexpr Duration kFirstPto = 1024ms;

/// Recovery with a virtual clock; each packet carries one STREAM frame whose offset is its number.
struct Sender {
  Recovery recovery{kAckDelay, 1200};
  FrameFates fates;
  Instant now = kStart;
  std::uint64_t next = 0;

  void send(std::uint32_t bytes = 1200, bool eliciting = true) {
    wire::SentFrame frame{.offset = next, .kind = wire::SentKind::kStream};
    recovery.on_packet_sent(now, {.number = next++, .bytes = bytes, .ack_eliciting = eliciting},
                            {&frame, 1});
  }
  void send_mtu_probe(std::uint32_t bytes) {
    wire::SentFrame frame{.offset = next, .length = bytes, .kind = wire::SentKind::kMtuProbe};
    recovery.on_packet_sent(
        now, {.number = next++, .bytes = bytes, .ack_eliciting = true, .mtu_probe = true},
        {&frame, 1});
  }
  void ack(std::vector<wire::AckRange> newest_first, std::uint64_t delay_us = 0) {
    fates.clear();
    REQUIRE(recovery.on_ack(now, AckOf(std::move(newest_first), delay_us), fates));
  }
  void timeout() {
    fates.clear();
    recovery.on_timeout(now, fates);
  }
  /// A round trip of 100 ms is known from now on.
  void learn_rtt() {
    send();
    now += 100ms;
    ack({{next - 1, next - 1}});
  }
};

std::vector<std::uint64_t> numbers(const std::vector<wire::SentFrame>& frames) {
  std::vector<std::uint64_t> result;
  for (const wire::SentFrame& frame : frames) result.push_back(frame.offset);
  return result;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("an acknowledged packet reports its frames and leaves the flight") {
  Sender sender;
  for (int i = 0; i < 3; ++i) sender.send();
  CHECK(sender.recovery.bytes_in_flight() == 3600);
  CHECK(sender.recovery.window_left() == 12'000 - 3600);
  sender.now += 50ms;
  sender.ack({{1, 2}});
  CHECK(numbers(sender.fates.acked) == Numbers{1, 2});
  CHECK(sender.fates.lost.empty());
  CHECK(sender.fates.acked_bytes_max == 1200);
  CHECK(sender.recovery.bytes_in_flight() == 1200);
  CHECK(sender.recovery.smoothed_rtt() == 50ms);
  sender.ack({{0, 2}});
  CHECK(numbers(sender.fates.acked) == Numbers{0});
  CHECK_FALSE(sender.recovery.anything_in_flight());
  CHECK(sender.recovery.deadline() == kNever);
}

TEST_CASE("an ACK of what was never sent is refused and changes nothing [ACK-5]") {
  Sender sender;
  sender.next = 10;
  for (int i = 0; i < 5; ++i) sender.send();
  sender.now += 10ms;
  auto refused = [&](std::vector<wire::AckRange> ranges) {
    FrameFates fates;
    auto result = sender.recovery.on_ack(sender.now, AckOf(std::move(ranges)), fates);
    CHECK(fates.acked.empty());
    CHECK(fates.lost.empty());
    CHECK(sender.recovery.bytes_in_flight() == 6000);
    CHECK(sender.recovery.congestion_window() == 12'000);
    CHECK(sender.recovery.smoothed_rtt() == 333ms);
    CHECK(sender.recovery.deadline() == kStart + kFirstPto);
    return !result && result.error().code == TransportCode::kProtocolViolation &&
           result.error().frame_type == 0x02;
  };
  CHECK(refused({{15, 15}}));
  CHECK(refused({{10, 15}}));
  CHECK(refused({{std::uint64_t{1} << 61, std::uint64_t{1} << 61}, {10, 12}}));
  CHECK(refused({{9, 14}}));
  CHECK(refused({{12, 14}, {9, 10}}));
  sender.ack({{10, 14}});
  CHECK(sender.recovery.bytes_in_flight() == 0);

  Recovery fresh(kAckDelay, 1200);
  FrameFates fates;
  CHECK_FALSE(fresh.on_ack(kStart, AckOf({{0, 0}}), fates));
}

TEST_CASE("the delay a peer claims counts only as far as it promised") {
  Sender sender;
  sender.learn_rtt();
  sender.send();
  sender.now += 200ms;
  sender.ack({{1, 1}}, (std::uint64_t{1} << 62) - 1);
  CHECK(sender.recovery.latest_rtt() == 200ms);
  CHECK(sender.recovery.smoothed_rtt() == (7 * Duration(100ms) + Duration(175ms)) / 8);
  CHECK(sender.recovery.min_rtt() == 100ms);
}

TEST_CASE("a packet overtaken by three is lost, by two it is not [ACK-7]") {
  Sender sender;
  sender.learn_rtt();
  for (int i = 0; i < 5; ++i) sender.send();
  sender.now += 1ms;
  sender.ack({{3, 3}});
  CHECK(sender.fates.lost.empty());
  sender.ack({{3, 4}});
  CHECK(numbers(sender.fates.lost) == Numbers{1});
  CHECK(sender.recovery.packets_lost() == 1);
  CHECK(sender.recovery.bytes_in_flight() == 2400);
  // Its late acknowledgement changes nothing any more.
  sender.ack({{3, 4}, {1, 1}});
  CHECK(sender.fates.acked.empty());
}

TEST_CASE("a packet overtaken by one is lost after 9/8 of a round trip, not before [ACK-7]") {
  Sender sender;
  sender.learn_rtt();
  Instant sent_at = sender.now;
  sender.send();
  sender.send();
  sender.now += 100ms;
  sender.ack({{2, 2}});
  REQUIRE(sender.fates.lost.empty());
  REQUIRE(sender.recovery.deadline() == sent_at + 112'500us);
  sender.now = sent_at + 112'500us - 1ns;
  sender.timeout();
  CHECK(sender.fates.lost.empty());
  sender.now += 1ns;
  sender.timeout();
  CHECK(numbers(sender.fates.lost) == Numbers{1});
  CHECK(sender.recovery.probes_due() == 0);
  CHECK(sender.recovery.deadline() == kNever);
}

TEST_CASE("an ACK that repeats what is known measures no round trip") {
  Sender sender;
  sender.learn_rtt();
  sender.send();
  sender.send();
  sender.now += 90ms;
  sender.ack({{2, 2}});
  sender.now += 5ms;
  sender.ack({{2, 2}});
  CHECK(sender.recovery.latest_rtt() == 90ms);
}

TEST_CASE("a late acknowledgement that comes in time disarms the loss timer") {
  Sender sender;
  sender.learn_rtt();
  sender.send();
  sender.send();
  sender.now += 100ms;
  sender.ack({{2, 2}});
  sender.ack({{1, 2}});
  CHECK(sender.recovery.deadline() == kNever);
  CHECK(sender.recovery.packets_lost() == 0);
}

TEST_CASE("the probe timeout fires at its time, twice as late each time, up to a minute [ACK-8]") {
  Sender sender;
  sender.send();
  Instant sent_at = sender.now;
  REQUIRE(sender.recovery.deadline() == sent_at + kFirstPto);
  sender.now = sent_at + kFirstPto - 1ns;
  sender.timeout();
  CHECK(sender.recovery.probes_due() == 0);
  Duration wait = kFirstPto;
  for (std::uint32_t i = 1; i <= 40; ++i) {
    sender.now = sent_at + wait;
    REQUIRE(sender.recovery.deadline() == sender.now);
    sender.timeout();
    CHECK(sender.fates.lost.empty());
    REQUIRE(sender.recovery.probes_due() == 2);
    REQUIRE(sender.recovery.timeouts_in_a_row() == i);
    sent_at = sender.now;
    sender.send();
    CHECK(sender.recovery.probes_due() == 1);
    sender.send();
    CHECK(sender.recovery.probes_due() == 0);
    wait = std::min<Duration>(wait * 2, 60s);
  }
  CHECK(wait == 60s);
  CHECK(sender.recovery.pto() == kFirstPto);
  sender.ack({{sender.next - 1, sender.next - 1}});
  CHECK(sender.recovery.timeouts_in_a_row() == 0);
}

TEST_CASE("packets that need no acknowledgement are neither in flight nor remembered") {
  Sender sender;
  const std::size_t idle = sender.recovery.memory_bytes();
  for (int i = 0; i < 100'000; ++i) sender.send(1200, false);
  CHECK(sender.recovery.bytes_in_flight() == 0);
  CHECK(sender.recovery.deadline() == kNever);
  CHECK(sender.recovery.memory_bytes() == idle);
  sender.ack({{50, sender.next - 1}});
  CHECK(sender.fates.acked.empty());
  CHECK(sender.recovery.congestion_window() == 12'000);
  CHECK(sender.recovery.smoothed_rtt() == 333ms);
}

TEST_CASE("the window grows by what it was used for") {
  Sender sender;
  for (int i = 0; i < 10; ++i) sender.send();
  CHECK(sender.recovery.window_left() == 0);
  // The application ran out just as the window was full: that was use.
  sender.recovery.set_app_limited(true);
  sender.ack({{0, 4}});
  CHECK(sender.recovery.congestion_window() == 18'000);
  sender.ack({{0, 9}});
  CHECK(sender.recovery.congestion_window() == 18'000);
  sender.recovery.set_app_limited(false);
  sender.send();
  sender.ack({{10, 10}});
  CHECK(sender.recovery.congestion_window() == 19'200);
}

TEST_CASE("a loss in the same ACK as news halves the window and grows nothing") {
  Sender sender;
  for (int i = 0; i < 10; ++i) sender.send();
  sender.now += 100ms;
  sender.ack({{1, 9}});
  CHECK(numbers(sender.fates.lost) == Numbers{0});
  CHECK(sender.recovery.congestion_window() == 6000);
  // One event for the whole flight.
  for (int i = 0; i < 5; ++i) sender.send();
  sender.now += 100ms;
  sender.ack({{11, 14}});
  CHECK(sender.recovery.congestion_window() == 6000);
  sender.now += 1ms;
  for (int i = 0; i < 5; ++i) sender.send();
  sender.now += 100ms;
  sender.ack({{16, 19}, {11, 14}});
  CHECK(sender.recovery.congestion_window() == 3000);
}

TEST_CASE("losses over three probe timeouts are persistent congestion, a shade less is not") {
  // After learn_rtt: srtt 100 ms, variation 50 ms, so PTO 325 ms. The sample of the probe changes
  // both, which is why the threshold is taken afterwards.
  const bool over = GENERATE(false, true);
  Sender sender;
  sender.learn_rtt();
  sender.now += 1ms;
  sender.recovery.set_app_limited(true);
  sender.send();
  Instant first = sender.now;
  const std::uint64_t window = sender.recovery.congestion_window();
  // The probe: 100 ms again, so variation 3/4 * 50 ms and PTO 275 ms.
  sender.now = first + 3 * 275ms + (over ? 1ns : 0ns);
  sender.send();
  for (int i = 0; i < 3; ++i) sender.send();
  sender.now += 100ms;
  sender.ack({{5, 5}});
  REQUIRE(sender.recovery.pto() == 275ms);
  REQUIRE(numbers(sender.fates.lost) == Numbers{1, 2});
  CHECK(sender.recovery.congestion_window() == (over ? 2400 : window / 2));
}

TEST_CASE("an acknowledgement in between means congestion was not persistent") {
  Sender sender;
  sender.learn_rtt();
  sender.recovery.set_app_limited(true);
  sender.now += 1ms;
  sender.send();
  sender.now += 1s;
  sender.send();
  sender.send();
  sender.now += 2s;
  for (int i = 0; i < 4; ++i) sender.send();
  sender.now += 100ms;
  sender.ack({{7, 7}, {2, 2}});
  REQUIRE(numbers(sender.fates.lost) == Numbers{1, 3, 4});
  // The acknowledged 2 cuts off the loss of 1, but from 3 to 4 it is too long by itself.
  CHECK(sender.recovery.congestion_window() == 2400);

  Sender other;
  other.learn_rtt();
  other.recovery.set_app_limited(true);
  other.now += 1ms;
  other.send();
  other.now += 3s;
  for (int i = 0; i < 5; ++i) other.send();
  other.now += 100ms;
  other.ack({{6, 6}, {2, 2}});
  REQUIRE(numbers(other.fates.lost) == Numbers{1, 3});
  CHECK(other.recovery.congestion_window() == 6600);
}

TEST_CASE("after persistent congestion the minimal round trip time is learnt anew") {
  Sender sender;
  sender.recovery.on_rtt_sample(10ms);
  sender.send();
  sender.now += 10s;
  for (int i = 0; i < 4; ++i) sender.send();
  sender.now += 400ms;
  sender.ack({{4, 4}});
  CHECK(sender.recovery.min_rtt() == 400ms);
}

TEST_CASE("without a round trip time nothing is persistent congestion") {
  Sender sender;
  sender.send();
  sender.now += 30s;
  for (int i = 0; i < 4; ++i) sender.send();
  sender.now += 10ms;
  sender.ack({{4, 4}});
  REQUIRE(numbers(sender.fates.lost) == Numbers{0, 1});
  CHECK(sender.recovery.congestion_window() == 6000);

  Sender told;
  told.recovery.on_rtt_sample(10ms);
  told.recovery.set_app_limited(true);
  CHECK(told.recovery.smoothed_rtt() == 10ms);
  told.send();
  told.now += 30s;
  for (int i = 0; i < 4; ++i) told.send();
  told.now += 10ms;
  told.ack({{4, 4}});
  CHECK(told.recovery.congestion_window() == 2400);
}

TEST_CASE("a lost MTU probe touches neither window nor flight nor timers [ACK-10]") {
  Sender sender;
  sender.learn_rtt();
  const std::uint64_t window = sender.recovery.congestion_window();
  sender.send();
  Instant deadline = sender.recovery.deadline();
  sender.now += 10ms;
  sender.send_mtu_probe(8972);
  CHECK(sender.recovery.deadline() == deadline);
  CHECK(sender.recovery.bytes_in_flight() == 1200);
  sender.recovery.set_app_limited(true);
  for (int i = 0; i < 3; ++i) sender.send();
  sender.now += 100ms;
  sender.ack({{3, 5}, {1, 1}});
  CHECK(numbers(sender.fates.lost) == Numbers{2});
  CHECK(sender.fates.lost[0].kind == wire::SentKind::kMtuProbe);
  CHECK(sender.fates.large_lost == 0);
  CHECK(sender.recovery.congestion_window() == window);
  CHECK(sender.recovery.packets_lost() == 0);
  CHECK(sender.recovery.bytes_in_flight() == 0);
}

TEST_CASE("an MTU probe that nothing follows is lost after three probe timeouts") {
  Sender sender;
  sender.learn_rtt();
  sender.send_mtu_probe(8972);
  CHECK(sender.recovery.anything_in_flight());
  Instant due = sender.now + 3 * sender.recovery.pto();
  REQUIRE(sender.recovery.deadline() == due);
  sender.now = due - 1ns;
  sender.timeout();
  CHECK(sender.fates.lost.empty());
  sender.now = due;
  sender.timeout();
  CHECK(numbers(sender.fates.lost) == Numbers{1});
  CHECK(sender.recovery.probes_due() == 0);
  CHECK_FALSE(sender.recovery.anything_in_flight());
  CHECK(sender.recovery.deadline() == kNever);
}

TEST_CASE("an acknowledged MTU probe is reported and measures the round trip") {
  Sender sender;
  sender.send_mtu_probe(8972);
  sender.now += 20ms;
  sender.ack({{0, 0}});
  CHECK(numbers(sender.fates.acked) == Numbers{0});
  CHECK(sender.fates.acked_bytes_max == 0);
  CHECK(sender.recovery.latest_rtt() == 20ms);
  CHECK(sender.recovery.congestion_window() == 12'000);
  sender.recovery.set_datagram_bytes(8972);
  CHECK(sender.recovery.congestion_window() == 17'944);
}

TEST_CASE("large packets are counted for the search of the path MTU") {
  Sender sender;
  sender.send(1200);
  sender.send(1201);
  sender.send(1472);
  sender.send(600);
  for (int i = 0; i < 2; ++i) sender.send(700);
  sender.ack({{5, 5}});
  CHECK(sender.fates.large_lost == 2);
  CHECK(sender.fates.acked_bytes_max == 700);
}

TEST_CASE("with nothing in flight recovery holds little memory") {
  Sender sender;
  CHECK(sender.recovery.memory_bytes() <= 400);
  for (int i = 0; i < 1000; ++i) sender.send(10);
  CHECK(sender.recovery.memory_bytes() > 32'000);
  sender.recovery.trim();
  CHECK(sender.recovery.memory_bytes() > 32'000);
  sender.ack({{0, 999}});
  CHECK(sender.recovery.memory_bytes() <= 400);
  sender.send();
  sender.ack({{1000, 1000}});
  // A small ring stays, so that one packet at a time does not allocate each time.
  CHECK(sender.recovery.memory_bytes() > 400);
  sender.recovery.trim();
  CHECK(sender.recovery.memory_bytes() <= 400);
}

TEST_CASE("withheld acknowledgements stop the sender before its memory runs out") {
  Sender sender;
  sender.recovery.set_datagram_bytes(65'487);
  while (sender.recovery.window_left() > 0) {
    REQUIRE(sender.next < 65'536);
    sender.send(1);
  }
  CHECK(sender.next == 65'536 - 1024 + 1);
  for (int i = 0; i < 1100; ++i) {
    sender.now = sender.recovery.deadline();
    sender.timeout();
    while (sender.recovery.probes_due() > 0) sender.send(1);
  }
  CHECK(sender.recovery.probes_due() == 0);
  sender.ack({{0, sender.next - 1}});
  CHECK(sender.recovery.bytes_in_flight() == 0);
  CHECK(sender.fates.acked.size() == sender.next);
}

TEST_CASE("a number that was left out can't be acknowledged, those around it can [ACK-5]") {
  Sender sender;
  for (int i = 0; i < 3; ++i) sender.send();
  CHECK(sender.recovery.may_leave_out());
  ++sender.next;  // 3
  sender.send();
  CHECK_FALSE(sender.recovery.may_leave_out());
  FrameFates fates;
  CHECK_FALSE(sender.recovery.on_ack(sender.now, AckOf({{0, 4}}, 0), fates));
  CHECK_FALSE(sender.recovery.on_ack(sender.now, AckOf({{3, 3}}, 0), fates));
  CHECK(fates.acked.empty());
  CHECK(sender.recovery.on_ack(sender.now, AckOf({{0, 2}}, 0), fates));
  CHECK_FALSE(sender.recovery.may_leave_out());
  CHECK(sender.recovery.on_ack(sender.now, AckOf({{4, 4}, {0, 2}}, 0), fates));
  CHECK(sender.recovery.may_leave_out());
  CHECK(fates.acked.size() == 4);
}
