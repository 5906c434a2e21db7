// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "jetstream/time.h"
#include "recovery/ring.h"
#include "wire/sent_frame.h"

namespace jetstream::recovery {

enum class PacketFate : std::uint8_t {
  kOutstanding,
  kJustAcked,  ///< By the ACK being processed.
  kAcked,
  kLost,
};

/// An ack-eliciting packet that has left.
struct SentPacket {
  std::uint64_t number = 0;
  Instant sent_at{};
  std::uint32_t bytes = 0;
  std::uint32_t first_frame = 0;  ///< Counts all frames ever pushed, modulo 2^32.
  std::uint16_t frame_count = 0;
  PacketFate fate = PacketFate::kOutstanding;
  bool mtu_probe = false;
};

/// The packets whose fate is still open, oldest first, and what was in them. Packets without need
/// of an acknowledgement are not kept: a peer could make a receiver remember any number of them.
/// Everything lies in two rings, which only exist while there is something in them, and finding a
/// packet is a binary search by its number.
class SentPackets {
 public:
  /// More than a window of the largest path holds; bounds the memory to a few MiB.
  static constexpr std::size_t kPacketsMax = 65'536;
  /// Emptied rings up to this size are kept for the next burst.
  static constexpr std::size_t kPacketsKept = 64;

  bool empty() const { return size() == 0; }
  std::size_t size() const { return rings_ ? rings_->packets.size() : 0; }
  SentPacket& operator[](std::size_t index) { return rings_->packets[index]; }
  const SentPacket& operator[](std::size_t index) const { return rings_->packets[index]; }

  /// `packet.number` is higher than all before; its frame fields are filled in here.
  void push(SentPacket packet, std::span<const wire::SentFrame> frames);
  /// Index of the first packet numbered `number` or higher.
  std::size_t lower_bound(std::uint64_t number) const;
  void append_frames(const SentPacket& packet, std::vector<wire::SentFrame>& to) const;
  /// Forgets the oldest packets up to the first whose fate is open.
  void pop_settled();
  /// Frees what is allocated, if nothing is kept.
  void release();
  std::size_t allocated_bytes() const;

 private:
  struct Rings {
    Ring<SentPacket> packets;
    Ring<wire::SentFrame> frames;
    std::uint32_t frames_popped = 0;
  };
  std::unique_ptr<Rings> rings_;
};

}  // namespace jetstream::recovery
