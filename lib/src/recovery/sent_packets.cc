// SPDX-License-Identifier: MIT
#include "recovery/sent_packets.h"

#include <limits>

namespace jetstream::recovery {

void SentPackets::push(SentPacket packet, std::span<const wire::SentFrame> frames) {
  if (!rings_) rings_ = std::make_unique<Rings>();
  Rings& r = *rings_;
  JS_ASSERT(r.packets.size() < kPacketsMax);
  JS_ASSERT(r.packets.empty() || r.packets[r.packets.size() - 1].number < packet.number);
  JS_ASSERT(frames.size() <= std::numeric_limits<std::uint16_t>::max());
  packet.first_frame = r.frames_popped + static_cast<std::uint32_t>(r.frames.size());
  packet.frame_count = static_cast<std::uint16_t>(frames.size());
  for (const wire::SentFrame& frame : frames) r.frames.push_back(frame);
  r.packets.push_back(packet);
}

std::size_t SentPackets::lower_bound(std::uint64_t number) const {
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    std::size_t middle = low + (high - low) / 2;
    if ((*this)[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void SentPackets::append_frames(const SentPacket& packet, std::vector<wire::SentFrame>& to) const {
  std::size_t first = packet.first_frame - rings_->frames_popped;
  for (std::size_t i = 0; i < packet.frame_count; ++i) to.push_back(rings_->frames[first + i]);
}

void SentPackets::pop_settled() {
  if (!rings_) return;
  Rings& r = *rings_;
  std::size_t count = 0;
  std::uint32_t frames = 0;
  for (; count < r.packets.size() && r.packets[count].fate != PacketFate::kOutstanding; ++count) {
    frames += r.packets[count].frame_count;
  }
  r.packets.pop_front(count);
  r.frames.pop_front(frames);
  r.frames_popped += frames;
  if (r.packets.empty() && r.packets.capacity() > kPacketsKept) release();
}

void SentPackets::release() {
  if (empty()) rings_.reset();
}

std::size_t SentPackets::allocated_bytes() const {
  if (!rings_) return 0;
  return sizeof(Rings) + rings_->packets.capacity() * sizeof(SentPacket) +
         rings_->frames.capacity() * sizeof(wire::SentFrame);
}

}  // namespace jetstream::recovery
