// SPDX-License-Identifier: MIT
#include "stream/scheduler.h"

#include <catch2/catch.hpp>
#include <map>
#include <memory>

#include "stream/stream.h"
#include "unit/stream/frames_out.h"

using namespace jetstream;
using namespace jetstream::stream;
using namespace jetstream::stream::testing;

namespace {

/// Streams that always have something to send.
class Contest {
 public:
  ~Contest() {
    for (auto& stream : streams_) leave(*stream);
  }

  Stream& join(std::uint8_t urgency, std::uint8_t weight) {
    const auto id = static_cast<std::uint32_t>(streams_.size() + 1);
    streams_.push_back(
        std::make_unique<Stream>(StreamId(id), true, Stream::Memory{pool_, pool_}, gaps_, 0, 0));
    Stream& stream = *streams_.back();
    stream.set_options({"", urgency, weight, Framing::kBytes});
    scheduler.add(stream.turn);
    return stream;
  }
  void leave(Stream& stream) {
    if (stream.turn.queued()) scheduler.remove(stream.turn);
  }

  /// Sends `bytes` in frames of at most `frame_bytes` and says who got how many.
  std::map<StreamId, std::uint64_t> send(std::uint64_t bytes, std::uint64_t frame_bytes) {
    std::map<StreamId, std::uint64_t> shares;
    while (bytes > 0) {
      Scheduler::Turn& turn = scheduler.front();
      const std::uint64_t frame = std::min({bytes, frame_bytes, scheduler.allowance(turn)});
      scheduler.charge(turn, frame);
      shares[turn.owner().id] += frame;
      bytes -= frame;
    }
    return shares;
  }

  Scheduler scheduler;

 private:
  BlockPool pool_;
  std::uint32_t gaps_ = 0;
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace

TEST_CASE("a lower urgency goes first, and leaves the others their floor") {
  Contest contest;
  CHECK(contest.scheduler.empty());
  CHECK(contest.scheduler.level() == Scheduler::kLevels);
  Stream& last = contest.join(7, 255);
  Stream& first = contest.join(0, 1);
  Stream& middle = contest.join(3, 16);
  // What it owes the two later ones only comes due when it makes a turn.
  CHECK(contest.send(39999, 1).at(first.id) == 39999);
  auto shares = contest.send(1000000, 1200);
  CHECK(static_cast<double>(shares[middle.id]) == Approx(30000).margin(2400));
  // 3 % of both before it.
  CHECK(static_cast<double>(shares[last.id]) == Approx(30000).margin(3600));
  CHECK(shares[first.id] >= 935000);
  contest.leave(first);
  shares = contest.send(1000000, 1200);
  CHECK(static_cast<double>(shares[last.id]) == Approx(29100).margin(2400));
  CHECK(shares[middle.id] == 1000000 - shares[last.id]);
  contest.leave(middle);
  CHECK(contest.scheduler.level() == 7);
  CHECK(contest.send(1000000, 1200).at(last.id) == 1000000);
}

TEST_CASE("the floor of a level that had nothing to send is not saved up") {
  Contest contest;
  Stream& urgent = contest.join(0, 1);
  contest.send(10000000, 1200);
  Stream& bulk = contest.join(7, 1);
  CHECK(contest.send(40000, 1).at(urgent.id) == 40000);
  CHECK(contest.send(1200, 1200).at(bulk.id) == 1200);
}

TEST_CASE("a turn that comes from the floor ends with it") {
  Contest contest;
  contest.join(0, 1);
  Stream& bulk = contest.join(7, 1);
  contest.send(40000, 40000);
  REQUIRE(&contest.scheduler.front() == &bulk.turn);
  CHECK(contest.scheduler.allowance(bulk.turn) == 1200);
}

TEST_CASE("within an urgency streams share by weight, whatever the size of frames") {
  for (const std::uint64_t frame_bytes : {100u, 1200u, 65000u}) {
    Contest contest;
    Stream& light = contest.join(3, 1);
    Stream& normal = contest.join(3, 16);
    Stream& heavy = contest.join(3, 83);
    // A hundred rounds of 1 + 16 + 83 quanta.
    auto shares = contest.send(100 * 100 * Scheduler::kQuantumBytes, frame_bytes);
    const auto per_mille = [&](const Stream& stream) {
      return shares[stream.id] / (10 * Scheduler::kQuantumBytes);
    };
    CHECK(per_mille(light) == 10);
    CHECK(per_mille(normal) == 160);
    CHECK(per_mille(heavy) == 830);
  }
}

TEST_CASE("what is left of a turn is not lost") {
  // 15 bytes of a quantum are too few for another frame of a light stream each time.
  Contest contest;
  Stream& light = contest.join(3, 1);
  contest.join(3, 16);
  auto shares = contest.send(1000 * 17 * Scheduler::kQuantumBytes, 1185);
  const auto error = 2.0 * Scheduler::kQuantumBytes;
  CHECK(static_cast<double>(shares[light.id]) ==
        Approx(1000.0 * Scheduler::kQuantumBytes).margin(error));
}

TEST_CASE("many equal streams get equal shares and none waits longer than a round") {
  Contest contest;
  std::vector<Stream*> streams;
  for (int i = 0; i < 50; ++i) streams.push_back(&contest.join(3, 1));
  auto shares = contest.send(50 * Scheduler::kQuantumBytes, 1200);
  for (const Stream* stream : streams) CHECK(shares[stream->id] == Scheduler::kQuantumBytes);
}

TEST_CASE("a stream alone on its level is not held back, and pays nothing for it later") {
  Contest contest;
  Stream& early = contest.join(3, 16);
  CHECK(contest.scheduler.allowance(early.turn) > 1000000);
  contest.send(10000000, 65000);
  Stream& late = contest.join(3, 16);
  auto shares = contest.send(200 * 16 * Scheduler::kQuantumBytes, 1200);
  const auto one_turn = 16 * Scheduler::kQuantumBytes;
  CHECK(shares[early.id] >= 99 * one_turn);
  CHECK(shares[late.id] >= 99 * one_turn);
}
