// SPDX-License-Identifier: MIT
#include "daemon/health/loop_watch.h"

namespace jetstream::daemon {

void LoopWatch::look(Instant now, std::span<const std::uint64_t> turns) {
  if (loops_.size() != turns.size()) loops_.assign(turns.size(), {.turns = 0, .moved_at = now});
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (loops_[i].turns == turns[i]) continue;
    loops_[i] = {turns[i], now};
  }
}

std::vector<std::size_t> LoopWatch::stalled(Instant now) const {
  std::vector<std::size_t> stalled;
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    if (now - loops_[i].moved_at >= kStalledAfter) stalled.push_back(i);
  }
  return stalled;
}

bool Watchdog::due(Instant now, std::span<const std::uint64_t> turns) {
  if (told_at_ && now - *told_at_ < interval_) return false;
  for (std::size_t i = 0; i < turns.size() && told_.size() == turns.size(); ++i) {
    if (turns[i] == told_[i]) return false;
  }
  told_at_ = now;
  told_.assign(turns.begin(), turns.end());
  return true;
}

}  // namespace jetstream::daemon
