// SPDX-License-Identifier: MIT
#include "daemon/sessions/session_trail.h"

#include <algorithm>
#include <utility>

namespace jetstream::daemon {
namespace {

constexpr std::array<std::string_view, 9> kNames{"opened",       "stream_opened",  "stream_refused",
                                                 "stream_reset", "stream_stopped", "stream_closed",
                                                 "moved",        "limited",        "closed"};

// An entry: 36 bits of milliseconds, two years; 24 bits of detail; 4 bits for the event.
constexpr std::uint64_t kAgeMax = (std::uint64_t{1} << 36) - 1;
constexpr std::uint64_t kDetailMax = (std::uint64_t{1} << 24) - 1;

bool has_detail(TrailEvent event) {
  return event != TrailEvent::kOpened && event != TrailEvent::kMoved &&
         event != TrailEvent::kClosed;
}

}  // namespace

std::string_view to_string(TrailEvent event) { return kNames[static_cast<std::size_t>(event)]; }

void Trail::add(Instant now, TrailEvent event, std::uint64_t detail) {
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_).count();
  const auto after = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(age, 0)), kAgeMax);
  entries_[count_ % kEntries] =
      after << 28 | std::min(detail, kDetailMax) << 4 | static_cast<std::uint64_t>(event);
  // From the end of its range it goes on with as many behind it as fit.
  count_ = count_ == UINT32_MAX ? UINT32_MAX - kEntries + 1 : count_ + 1;
}

std::vector<control::TrailRow> Trail::rows() const {
  std::vector<control::TrailRow> rows;
  for (std::uint64_t i = left_out(); i < count_; ++i) {
    const std::uint64_t entry = entries_[i % kEntries];
    const auto event = static_cast<TrailEvent>(entry & 0xf);
    control::TrailRow& row = rows.emplace_back();
    row.after_ms = entry >> 28;
    row.event = to_string(event);
    if (has_detail(event)) row.detail = entry >> 4 & kDetailMax;
  }
  return rows;
}

Trails::Entry* Trails::entry(SessionHandle session) {
  const std::size_t at = session.slot / kBlock;
  if (at >= blocks_.size() || !blocks_[at]) return nullptr;
  Entry& found = blocks_[at]->entries[session.slot % kBlock];
  return found.used && found.generation == session.generation ? &found : nullptr;
}

Trail& Trails::begin(SessionHandle session, Instant begun) {
  const std::size_t at = session.slot / kBlock;
  if (at >= blocks_.size()) blocks_.resize(at + 1);
  if (!blocks_[at]) {
    blocks_[at] = std::make_unique<Block>();
    ++in_use_;
  }
  Entry& fresh = blocks_[at]->entries[session.slot % kBlock];
  if (!fresh.used) ++blocks_[at]->used;
  fresh = {Trail(begun), session.generation, true};
  return fresh.trail;
}

Trail* Trails::find(SessionHandle session) {
  Entry* const found = entry(session);
  return found == nullptr ? nullptr : &found->trail;
}

Trail Trails::take(SessionHandle session) {
  Entry* const found = entry(session);
  if (found == nullptr) return {};
  const Trail trail = found->trail;
  found->used = false;
  std::unique_ptr<Block>& block = blocks_[session.slot / kBlock];
  if (--block->used == 0) {
    block.reset();
    --in_use_;
  }
  return trail;
}

}  // namespace jetstream::daemon
