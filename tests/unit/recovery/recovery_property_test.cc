// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "recovery/ack_tracker.h"
#include "recovery/recovery.h"
#include "wire/frame.h"

using namespace jetstream;
using namespace std::chrono_literals;
using recovery::AckTracker;
using recovery::FrameFates;
using recovery::Recovery;

namespace {

/// A sender and a receiver joined by a network that loses, delays and duplicates in both
/// directions. Each packet carries a few frames with names of their own; a frame lost is sent again
/// under a new name.
class LossyLink {
 public:
  LossyLink(std::uint64_t seed, std::size_t payloads) : random_(seed), waiting_(payloads) {
    loss_percent_ = random_() % 40;
    jitter_us_ = 1 + random_() % 100'000;
  }

  void run() {
    for (int step = 0; step < 200'000; ++step) {
      send_all();
      if (waiting_ == 0 && !recovery_.anything_in_flight()) return check_end();
      now_ = std::min({recovery_.deadline(), tracker_.deadline(),
                       data_.empty() ? kNever : data_.begin()->first,
                       acks_.empty() ? kNever : acks_.begin()->first});
      REQUIRE(now_ != kNever);
      receive_data();
      receive_acks();
      if (recovery_.deadline() <= now_) {
        FrameFates fates;
        recovery_.on_timeout(now_, fates);
        settle(fates);
      }
      check();
    }
    FAIL("no progress");
  }

 private:
  void send_all() {
    while (recovery_.probes_due() > 0 || (waiting_ > 0 && recovery_.window_left() > 0)) {
      std::vector<wire::SentFrame> frames;
      std::size_t count = std::min<std::size_t>(waiting_, random_() % 4);
      for (std::size_t i = 0; i < count; ++i) {
        frames.push_back({.offset = frames_sent_, .kind = wire::SentKind::kStream});
        open_.insert(frames_sent_++);
      }
      waiting_ -= count;
      auto bytes = static_cast<std::uint32_t>(40 + random_() % 1161);
      bool eliciting = count > 0 || recovery_.probes_due() > 0;
      recovery_.on_packet_sent(now_, {next_, bytes, eliciting}, frames);
      if (eliciting) bytes_sent_ += bytes;
      deliver([&](Instant at) { data_.emplace(at, std::pair{next_, eliciting}); });
      ++next_;
    }
  }

  template <class Put>
  void deliver(Put put) {
    if (random_() % 100 < loss_percent_) return;
    int copies = random_() % 20 == 0 ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      put(now_ + 5ms + std::chrono::microseconds(random_() % jitter_us_));
    }
  }

  void receive_data() {
    while (!data_.empty() && data_.begin()->first <= now_) {
      auto [number, eliciting] = data_.begin()->second;
      data_.erase(data_.begin());
      if (seen_.insert(number).second) tracker_.on_packet(now_, number, eliciting, false);
    }
    if (!tracker_.ack_due(now_)) return;
    // Sometimes so little room that ranges have to be left out.
    std::vector<std::uint8_t> bytes(random_() % 4 == 0 ? 16 : 1000);
    base::ByteWriter writer(bytes);
    wire::SentFrame sent;
    if (!tracker_.write_ack(now_, writer, sent)) return;
    bytes.resize(writer.position());
    deliver([&](Instant at) { acks_.emplace(at, bytes); });
  }

  void receive_acks() {
    while (!acks_.empty() && acks_.begin()->first <= now_) {
      std::vector<std::uint8_t> bytes = acks_.begin()->second;
      acks_.erase(acks_.begin());
      wire::FrameReader reader(bytes);
      FrameFates fates;
      REQUIRE(recovery_.on_ack(now_, std::get<wire::AckFrame>(reader.next().value()), fates));
      settle(fates);
    }
  }

  void settle(const FrameFates& fates) {
    for (const auto* list : {&fates.acked, &fates.lost}) {
      for (const wire::SentFrame& frame : *list) REQUIRE(open_.erase(frame.offset) == 1);
    }
    acked_ += fates.acked.size();
    waiting_ += fates.lost.size();
  }

  void check() {
    REQUIRE(recovery_.congestion_window() >= 2400);
    REQUIRE((recovery_.deadline() == kNever) == !recovery_.anything_in_flight());
    REQUIRE((recovery_.bytes_in_flight() > 0) == recovery_.anything_in_flight());
    REQUIRE(recovery_.bytes_in_flight() <= bytes_sent_);
  }

  void check_end() {
    REQUIRE(open_.empty());
    REQUIRE(recovery_.bytes_in_flight() == 0);
    REQUIRE(recovery_.deadline() == kNever);
    REQUIRE(acked_ == kPayloads);
  }

 public:
  static constexpr std::size_t kPayloads = 3000;

 private:
  std::mt19937_64 random_;
  std::uint64_t loss_percent_ = 0;
  std::uint64_t jitter_us_ = 0;
  Instant now_{1s};
  Recovery recovery_{AckTracker::kMaxAckDelay, 1200};
  AckTracker tracker_;
  std::size_t waiting_;
  std::uint64_t next_ = 0;
  std::uint64_t frames_sent_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::size_t acked_ = 0;
  std::set<std::uint64_t> open_;  ///< Frames whose fate was not reported yet.
  std::set<std::uint64_t> seen_;
  std::multimap<Instant, std::pair<std::uint64_t, bool>> data_;
  std::multimap<Instant, std::vector<std::uint8_t>> acks_;
};

}  // namespace

TEST_CASE("on a lossy network every frame is reported once and everything arrives") {
  LossyLink link(GENERATE(range(0U, 40U)), LossyLink::kPayloads);
  link.run();
}
