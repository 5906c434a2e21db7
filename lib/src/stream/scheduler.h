// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "stream/linked_queue.h"

namespace jetstream::stream {

struct Stream;

/// Whose turn it is to send: the lower urgency before the higher (RFC 9218), and within one urgency
/// deficit round robin, so that over time streams get bytes in proportion to their weights whatever
/// the size of their frames (Shreedhar and Varghese, 1995). Nobody starves: a level that has
/// something to send is owed a small share of what the levels before it send, and goes first once
/// that makes a turn. Every operation is O(1) and allocates nothing.
class Scheduler {
 public:
  static constexpr std::uint8_t kLevels = 8;
  /// What a stream may send in one turn, for each unit of its weight: the smallest datagram, so
  /// that a turn is worth its headers.
  static constexpr std::uint64_t kQuantumBytes = 1200;
  /// A turn with less than this left is over; the rest is carried to the next one.
  static constexpr std::uint64_t kTurnBytesMin = 32;
  /// What a level is owed of each byte that goes before it: enough to end some day, too little to
  /// be felt by those who are in a hurry.
  static constexpr std::uint64_t kFloorPercent = 3;

  /// A stream's place in a scheduler.
  struct Turn : Link<Stream> {
    explicit Turn(Stream& stream) : Link(stream) {}
    /// Bytes it may still send in this turn, or in its next one; below 0 if it took more.
    std::int64_t deficit = 0;
    std::uint8_t urgency = 0;  ///< Not to be changed while it waits.
    std::uint8_t weight = 1;
  };

  bool empty() const { return levels_in_use_ == 0; }
  /// The lowest urgency that waits, kLevels if nothing does.
  std::uint8_t level() const;
  /// Whose turn it is; not to be called when empty.
  Turn& front();
  /// Bytes the front may send now; a stream that is alone on its level is not held back.
  std::uint64_t allowance(const Turn& turn) const;
  /// The front has sent that much.
  void charge(Turn& turn, std::uint64_t bytes);

  void add(Turn& turn);
  /// Ahead of all that wait with the same urgency, with what is left of its turn.
  void hurry(Turn& turn);
  void remove(Turn& turn);

 private:
  /// A level that is owed a turn goes before all others.
  std::uint8_t next_level() const;
  void owe_to_later(std::uint8_t level, std::uint64_t bytes);

  std::array<LinkedQueue<Stream>, kLevels> levels_;
  std::array<std::uint32_t, kLevels> owed_{};  ///< Hundredths of a byte.
  std::uint8_t levels_in_use_ = 0;             ///< Bit n: levels_[n] is not empty.
  std::uint8_t levels_owed_ = 0;               ///< Bit n: owed_[n] makes a turn.
};

}  // namespace jetstream::stream
