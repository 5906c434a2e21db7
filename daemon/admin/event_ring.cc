// SPDX-License-Identifier: MIT
#include "daemon/admin/event_ring.h"

#include <algorithm>

namespace jetstream::daemon {
std::uint64_t EventRing::add(LogRecord record) {
  Class& kept = classes_[static_cast<std::size_t>(class_of(spec_of(record.event)))];
  kept.entries.push_back({++last_seq_, std::move(record)});
  if (kept.entries.size() > kKept) {
    ++kept.gone;
    kept.last_gone_seq = std::max(kept.last_gone_seq, kept.entries.front().seq);
    kept.entries.pop_front();
  }
  return last_seq_;
}

void EventRing::add_lost(EventClass event_class, std::uint64_t count) {
  if (count == 0) return;
  last_seq_ += count;
  Class& kept = classes_[static_cast<std::size_t>(event_class)];
  kept.gone += count;
  kept.last_gone_seq = last_seq_;
}

EventRing::Replay EventRing::since(std::uint64_t since, const LogEventSet& wanted) const {
  Replay replay;
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const Class& kept = classes_[i];
    for (const Entry& entry : kept.entries) {
      if (entry.seq > since && wanted[static_cast<std::size_t>(entry.record.event)]) {
        replay.entries.push_back(&entry);
      }
    }
    const bool asked = (wanted & events_of(static_cast<EventClass>(i))).any();
    if (asked && kept.last_gone_seq > since) {
      replay.missing += std::min(kept.gone, kept.last_gone_seq - since);
    }
  }
  std::sort(replay.entries.begin(), replay.entries.end(),
            [](const Entry* a, const Entry* b) { return a->seq < b->seq; });
  return replay;
}

}  // namespace jetstream::daemon
