// SPDX-License-Identifier: MIT
#include "recovery/sent_packets.h"

#include <limits>

namespace jetstream::recovery {

void SentPackets::push(SentPacket packet, std::span<const wire::SentFrame> frames) {
  JS_ASSERT(packets_.size() < kPacketsMax);
  JS_ASSERT(packets_.empty() || packets_[packets_.size() - 1].number < packet.number);
  JS_ASSERT(frames.size() <= std::numeric_limits<std::uint16_t>::max());
  packet.first_frame = frames_popped_ + static_cast<std::uint32_t>(frames_.size());
  packet.frame_count = static_cast<std::uint16_t>(frames.size());
  for (const wire::SentFrame& frame : frames) frames_.push_back(frame);
  packets_.push_back(packet);
}

std::size_t SentPackets::lower_bound(std::uint64_t number) const {
  std::size_t low = 0;
  std::size_t high = packets_.size();
  while (low < high) {
    std::size_t middle = low + (high - low) / 2;
    if (packets_[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void SentPackets::append_frames(const SentPacket& packet, std::vector<wire::SentFrame>& to) const {
  std::size_t first = packet.first_frame - frames_popped_;
  for (std::size_t i = 0; i < packet.frame_count; ++i) to.push_back(frames_[first + i]);
}

void SentPackets::pop_settled() {
  std::size_t count = 0;
  std::uint32_t frames = 0;
  for (; count < packets_.size() && packets_[count].fate != PacketFate::kOutstanding; ++count) {
    frames += packets_[count].frame_count;
  }
  packets_.pop_front(count);
  frames_.pop_front(frames);
  frames_popped_ += frames;
  if (packets_.empty() && packets_.capacity() > kPacketsKept) release();
}

void SentPackets::release() {
  if (!packets_.empty()) return;
  packets_.release();
  frames_.release();
}

std::size_t SentPackets::allocated_bytes() const {
  return packets_.capacity() * sizeof(SentPacket) + frames_.capacity() * sizeof(wire::SentFrame);
}

}  // namespace jetstream::recovery
