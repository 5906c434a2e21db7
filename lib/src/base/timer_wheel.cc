// SPDX-License-Identifier: MIT
#include "base/timer_wheel.h"

#include <bit>
#include <utility>

#include "base/assert.h"

namespace jetstream::base {
namespace {

constexpr unsigned kSlotBits = 8;

}  // namespace

TimerWheel::TimerWheel(Instant start, Duration tick) : start_(start), tick_(tick) {
  JS_ASSERT(tick > Duration::zero());
  heads_.fill(kNone);
}

void TimerWheel::arm(std::uint32_t index, Instant deadline) {
  JS_ASSERT(index < kHead);
  if (deadline == kNever) return disarm(index);
  if (index >= entries_.size()) entries_.resize(index + 1);
  Entry& entry = entries_[index];
  std::uint64_t tick = tick_at_or_after(deadline);
  if (entry.previous != kNone) {
    // Most re-arming moves a deadline by less than a tick.
    if (entry.tick == tick) return;
    unlink(index);
  }
  entry.tick = tick;
  link(index);
}

void TimerWheel::arm_earlier(std::uint32_t index, Instant deadline) {
  if (deadline == kNever) return;
  if (armed(index) && entries_[index].tick <= tick_at_or_after(deadline)) return;
  arm(index, deadline);
}

void TimerWheel::disarm(std::uint32_t index) {
  if (armed(index)) unlink(index);
}

bool TimerWheel::armed(std::uint32_t index) const {
  return index < entries_.size() && entries_[index].previous != kNone;
}

void TimerWheel::poll(Instant now, std::vector<std::uint32_t>& expired) {
  if (now < start_) return;
  auto target = static_cast<std::uint64_t>((now - start_) / tick_);
  for (Occupied at = first_occupied(); at.list != kNone && at.tick <= target;
       at = first_occupied()) {
    current_ = at.tick;
    // The list is taken off as a whole, because entries from far away may have to go back to it.
    for (std::uint32_t index = detach(at.list), following; index != kNone; index = following) {
      following = entries_[index].next;
      entries_[index].previous = kNone;
      if (entries_[index].tick <= current_) {
        expired.push_back(index);
      } else {
        link(index);
      }
    }
  }
  if (target > current_) current_ = target;
}

Instant TimerWheel::next() const {
  Occupied at = first_occupied();
  if (at.list == kNone) return kNever;
  return start_ + tick_ * static_cast<Duration::rep>(at.tick);
}

std::uint64_t TimerWheel::tick_at_or_after(Instant deadline) const {
  if (deadline <= start_) return 0;
  Duration wait = deadline - start_;
  return static_cast<std::uint64_t>(wait / tick_) + (wait % tick_ != Duration::zero() ? 1 : 0);
}

std::uint32_t TimerWheel::list_for(std::uint64_t tick) const {
  if (tick <= current_) return kDueList;
  auto level = static_cast<std::uint32_t>(std::bit_width(tick ^ current_) - 1) / kSlotBits;
  if (level >= kLevels) return kFarList;
  auto slot = static_cast<std::uint32_t>(tick >> (level * kSlotBits)) % kSlots;
  return static_cast<std::uint32_t>(level * kSlots + slot);
}

void TimerWheel::link(std::uint32_t index) {
  Entry& entry = entries_[index];
  std::uint32_t list = list_for(entry.tick);
  entry.next = heads_[list];
  entry.previous = kHead + list;
  if (entry.next != kNone) entries_[entry.next].previous = index;
  heads_[list] = index;
  if (list < kFarList) {
    occupied_[list / kSlots][list % kSlots / 64] |= std::uint64_t{1} << list % 64;
  }
}

void TimerWheel::unlink(std::uint32_t index) {
  Entry& entry = entries_[index];
  if (entry.next != kNone) entries_[entry.next].previous = entry.previous;
  if (entry.previous < kHead) {
    entries_[entry.previous].next = entry.next;
  } else {
    std::uint32_t list = entry.previous - kHead;
    if (entry.next == kNone) {
      detach(list);
    } else {
      heads_[list] = entry.next;
    }
  }
  entry.previous = kNone;
}

std::uint32_t TimerWheel::detach(std::uint32_t list) {
  if (list < kFarList) {
    occupied_[list / kSlots][list % kSlots / 64] &= ~(std::uint64_t{1} << list % 64);
  }
  return std::exchange(heads_[list], kNone);
}

TimerWheel::Occupied TimerWheel::first_occupied() const {
  if (heads_[kDueList] != kNone) return {kDueList, current_};
  // What is filed on a level is earlier than everything on the levels above, and always in a slot
  // behind the current one.
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    for (std::uint32_t word = 0; word < kSlots / 64; ++word) {
      if (occupied_[level][word] == 0) continue;
      auto slot = word * 64 + static_cast<std::uint32_t>(std::countr_zero(occupied_[level][word]));
      unsigned shift = level * kSlotBits;
      std::uint64_t above = current_ >> (shift + kSlotBits) << (shift + kSlotBits);
      return {static_cast<std::uint32_t>(level * kSlots + slot),
              above | std::uint64_t{slot} << shift};
    }
  }
  if (heads_[kFarList] == kNone) return {};
  constexpr unsigned kReach = kLevels * kSlotBits;
  return {kFarList, ((current_ >> kReach) + 1) << kReach};
}

}  // namespace jetstream::base
