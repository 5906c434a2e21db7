// SPDX-License-Identifier: MIT
#include "stream/scheduler.h"

#include <bit>
#include <limits>

namespace jetstream::stream {
namespace {

std::uint64_t quantum(const Scheduler::Turn& turn) {
  return turn.weight * Scheduler::kQuantumBytes;
}

}  // namespace

std::uint8_t Scheduler::level() const {
  return static_cast<std::uint8_t>(std::countr_zero(levels_in_use_));
}

Scheduler::Turn& Scheduler::front() const { return static_cast<Turn&>(levels_[level()].front()); }

std::uint64_t Scheduler::allowance(const Turn& turn) const {
  if (levels_[turn.urgency].holds_one()) return std::numeric_limits<std::uint64_t>::max();
  return turn.deficit;
}

void Scheduler::charge(Turn& turn, std::uint64_t bytes) {
  turn.deficit -= bytes < turn.deficit ? bytes : turn.deficit;
  if (turn.deficit >= kTurnBytesMin) return;
  turn.deficit += quantum(turn);
  levels_[turn.urgency].rotate();
}

void Scheduler::add(Turn& turn) {
  turn.deficit = quantum(turn);
  levels_[turn.urgency].push_back(turn);
  levels_in_use_ = static_cast<std::uint8_t>(levels_in_use_ | 1u << turn.urgency);
}

void Scheduler::remove(Turn& turn) {
  LinkedQueue<Stream>& queue = levels_[turn.urgency];
  queue.remove(turn);
  if (queue.empty()) {
    levels_in_use_ = static_cast<std::uint8_t>(levels_in_use_ & ~(1u << turn.urgency));
  }
}

}  // namespace jetstream::stream
