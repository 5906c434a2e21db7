// SPDX-License-Identifier: MIT
#include "stream/scheduler.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace jetstream::stream {
namespace {

constexpr std::uint32_t kOwedTurn = 100 * Scheduler::kQuantumBytes;
/// Nobody is owed more: a level that could not send for long must not hold up the others then.
constexpr std::uint32_t kOwedMax = 16 * kOwedTurn;

std::int64_t quantum(const Scheduler::Turn& turn) {
  return static_cast<std::int64_t>(turn.weight * Scheduler::kQuantumBytes);
}

bool used_up(const Scheduler::Turn& turn) {
  return turn.deficit < static_cast<std::int64_t>(Scheduler::kTurnBytesMin);
}

std::uint8_t bit(std::uint8_t level) { return static_cast<std::uint8_t>(1u << level); }

}  // namespace

std::uint8_t Scheduler::level() const {
  return static_cast<std::uint8_t>(std::countr_zero(levels_in_use_));
}

std::uint8_t Scheduler::next_level() const {
  return levels_owed_ != 0 ? static_cast<std::uint8_t>(std::countr_zero(levels_owed_)) : level();
}

Scheduler::Turn& Scheduler::front() {
  LinkedQueue<Stream>& queue = levels_[next_level()];
  // Whoever took more than its turn sits out until that is made good, at most once in a round.
  while (!queue.holds_one() && used_up(static_cast<Turn&>(queue.front()))) {
    Turn& late = static_cast<Turn&>(queue.front());
    late.deficit += quantum(late);
    queue.rotate();
  }
  return static_cast<Turn&>(queue.front());
}

std::uint64_t Scheduler::allowance(const Turn& turn) const {
  std::uint64_t bytes = levels_[turn.urgency].holds_one()
                            ? std::numeric_limits<std::uint64_t>::max()
                            : static_cast<std::uint64_t>(std::max<std::int64_t>(turn.deficit, 0));
  if ((levels_owed_ & bit(turn.urgency)) != 0 && turn.urgency != level()) {
    bytes = std::min<std::uint64_t>(bytes, owed_[turn.urgency] / 100);
  }
  return bytes;
}

void Scheduler::charge(Turn& turn, std::uint64_t bytes) {
  const std::uint8_t level = turn.urgency;
  owed_[level] -= static_cast<std::uint32_t>(std::min<std::uint64_t>(owed_[level], 100 * bytes));
  if (owed_[level] < kOwedTurn) {
    levels_owed_ = static_cast<std::uint8_t>(levels_owed_ & ~bit(level));
  }
  owe_to_later(level, bytes);
  // A stream that was alone owes nothing to those that come later.
  if (levels_[level].holds_one()) {
    turn.deficit = quantum(turn);
    return;
  }
  turn.deficit -= static_cast<std::int64_t>(bytes);
  if (!used_up(turn)) return;
  turn.deficit += quantum(turn);
  levels_[level].rotate();
}

void Scheduler::owe_to_later(std::uint8_t level, std::uint64_t bytes) {
  const unsigned later = levels_in_use_ & ~((2u << level) - 1);
  for (unsigned rest = later; rest != 0; rest &= rest - 1) {
    const auto at = static_cast<std::uint8_t>(std::countr_zero(rest));
    owed_[at] = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(owed_[at] + kFloorPercent * bytes, kOwedMax));
    if (owed_[at] >= kOwedTurn) levels_owed_ = static_cast<std::uint8_t>(levels_owed_ | bit(at));
  }
}

void Scheduler::add(Turn& turn) {
  turn.deficit = quantum(turn);
  levels_[turn.urgency].push_back(turn);
  levels_in_use_ = static_cast<std::uint8_t>(levels_in_use_ | bit(turn.urgency));
}

void Scheduler::hurry(Turn& turn) {
  levels_[turn.urgency].remove(turn);
  levels_[turn.urgency].push_front(turn);
}

void Scheduler::remove(Turn& turn) {
  LinkedQueue<Stream>& queue = levels_[turn.urgency];
  queue.remove(turn);
  if (!queue.empty()) return;
  levels_in_use_ = static_cast<std::uint8_t>(levels_in_use_ & ~bit(turn.urgency));
  levels_owed_ = static_cast<std::uint8_t>(levels_owed_ & ~bit(turn.urgency));
  owed_[turn.urgency] = 0;
}

}  // namespace jetstream::stream
