// SPDX-License-Identifier: MIT
#include "stream/best_effort.h"

#include <algorithm>
#include <numeric>

namespace jetstream::stream {
namespace {

std::size_t memory_of(std::uint64_t total) {
  return BlockPool::block_for(static_cast<std::size_t>(total));
}

}  // namespace

BestEffortParts::Parts::const_iterator BestEffortParts::find(const wire::MsgFrame& frame) const {
  return std::find_if(parts_.begin(), parts_.end(), [&](const auto& part) {
    return part->stream == frame.stream && part->seq == frame.seq;
  });
}

std::optional<Bytes> BestEffortParts::take(Instant now, const wire::MsgFrame& frame) {
  completed_.reset();
  const auto found = find(frame);
  Part& part = found == parts_.end() ? begin(now, frame) : **found;
  if (part.total != frame.total) return std::nullopt;
  part.bytes.insert(frame.frag_offset, frame.data);
  if (!part.complete()) return std::nullopt;
  const auto at = std::find_if(parts_.begin(), parts_.end(),
                               [&](const auto& each) { return each.get() == &part; });
  completed_ = std::move(*at);
  parts_.erase(at);
  return completed_->whole();
}

/// [MSG-9]
BestEffortParts::Part& BestEffortParts::begin(Instant now, const wire::MsgFrame& frame) {
  std::size_t held = std::accumulate(
      parts_.begin(), parts_.end(), std::size_t{0},
      [](std::size_t sum, const auto& part) { return sum + memory_of(part->total); });
  while (parts_.size() == kPartialsMax || held + memory_of(frame.total) > kBytesMax) {
    held -= memory_of(parts_.front()->total);
    parts_.erase(parts_.begin());
  }
  parts_.push_back(std::make_unique<Part>(frame.seq, frame.total, *pool_, *gaps_));
  parts_.back()->stream = frame.stream;
  parts_.back()->began = now;
  return *parts_.back();
}

void BestEffortParts::expire(Instant now, Duration life) {
  completed_.reset();
  std::erase_if(parts_, [&](const auto& part) { return now - part->began >= life; });
}

void BestEffortParts::forget(StreamId stream) {
  completed_.reset();
  std::erase_if(parts_, [&](const auto& part) { return part->stream == stream; });
}

}  // namespace jetstream::stream
