// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>

#include "jetstream/endpoint.h"

namespace jetstream::net {

/// Trains on their way from the core to the socket: two large ones or many small ones, so that one
/// system call serves many sessions. Allocated once.
class Outbox {
 public:
  Outbox() : arena_(std::make_unique_for_overwrite<std::uint8_t[]>(kArenaBytes)) {}

  bool empty() const { return first_ == count_; }
  /// What still waits, in order.
  std::span<Train> pending() { return std::span(trains_).subspan(first_, count_ - first_); }

  /// Takes trains from `endpoint` until it has no more or there is no room. Only when empty.
  void fill(Endpoint& endpoint, Instant now) {
    first_ = count_ = 0;
    std::size_t used = 0;
    while (count_ < trains_.size() && used + kTrainBytesMax <= kArenaBytes) {
      Train& train = trains_[count_];
      train = Train{};
      if (!endpoint.poll_transmit(now, {arena_.get() + used, kTrainBytesMax}, train)) return;
      ++count_;
      used += train.bytes.size();
    }
  }
  void drop(std::size_t trains) { first_ += trains; }

 private:
  static constexpr std::size_t kArenaBytes = 2 * 64 * 1024;

  std::unique_ptr<std::uint8_t[]> arena_;
  std::array<Train, 64> trains_{};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace jetstream::net
