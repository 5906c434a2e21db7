// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "stream/linked_queue.h"

namespace jetstream::stream {

struct Stream;

/// Whose turn it is to send: the lower urgency strictly before the higher (RFC 9218), and within
/// one urgency deficit round robin, so that over time streams get bytes in proportion to their
/// weights whatever the size of their frames (Shreedhar and Varghese, 1995). Every operation is
/// O(1) and allocates nothing.
class Scheduler {
 public:
  static constexpr std::uint8_t kLevels = 8;
  /// What a stream may send in one turn, for each unit of its weight: the smallest datagram, so
  /// that a turn is worth its headers.
  static constexpr std::uint64_t kQuantumBytes = 1200;
  /// A turn with less than this left is over; the rest is carried to the next one.
  static constexpr std::uint64_t kTurnBytesMin = 32;

  /// A stream's place in a scheduler.
  struct Turn : Link<Stream> {
    explicit Turn(Stream& stream) : Link(stream) {}
    std::uint64_t deficit = 0;  ///< Bytes it may still send in this turn, or in its next one.
    std::uint8_t urgency = 0;   ///< Not to be changed while it waits.
    std::uint8_t weight = 1;
  };

  bool empty() const { return levels_in_use_ == 0; }
  /// The urgency that goes next, kLevels if nothing waits.
  std::uint8_t level() const;
  /// Whose turn it is; not to be called when empty.
  Turn& front() const;
  /// Bytes it may send now; a stream that is alone on its level is not held back.
  std::uint64_t allowance(const Turn& turn) const;
  /// The front has sent that much.
  void charge(Turn& turn, std::uint64_t bytes);

  void add(Turn& turn);
  void remove(Turn& turn);

 private:
  std::array<LinkedQueue<Stream>, kLevels> levels_;
  std::uint8_t levels_in_use_ = 0;  ///< Bit n: levels_[n] is not empty.
};

}  // namespace jetstream::stream
