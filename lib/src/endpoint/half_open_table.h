// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "session/handshake_server.h"

namespace jetstream::endpoint {

/// The handshakes that a server has answered and that the clients have not finished: a fixed number
/// of records, allocated once. A flood of hellos can fill it, but never make it grow; records that
/// are not finished soon make room for new ones once it gets tight [HS-11].
class HalfOpenTable {
 public:
  /// Younger records are never evicted, so that a flood can't push out an honest client's handshake
  /// [HS-11].
  static constexpr Duration kEvictableAfter = std::chrono::seconds(3);

  /// `hash_key` keeps strangers from choosing what collides.
  HalfOpenTable(std::uint32_t capacity, Duration lifetime,
                const std::array<std::uint8_t, 16>& hash_key);

  /// The record of a hello that was answered before.
  std::optional<std::uint32_t> find(const PeerAddress& remote, const ConnectionId& client_id) const;
  /// A record to fill in, then insert(); nullopt when there is none.
  std::optional<std::uint32_t> allocate();
  /// Makes a filled-in record known, for `slot`.
  void insert(std::uint32_t index, std::uint32_t slot);
  void release(std::uint32_t index);

  /// The oldest record, if it is due to go: expired, or evictable in a table that is over three
  /// quarters full.
  std::optional<std::uint32_t> due(Instant now) const;
  Instant deadline() const;

  session::HalfOpen& operator[](std::uint32_t index) { return entries_[index].record; }
  std::uint32_t slot_of(std::uint32_t index) const { return entries_[index].slot; }
  std::uint32_t size() const { return in_use_; }

  /// The record's flight is to be sent (again); false if that is waiting already.
  bool queue_flight(std::uint32_t index);
  /// The next record whose flight is to be sent.
  std::optional<std::uint32_t> next_flight();

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Entry {
    session::HalfOpen record;
    std::uint32_t slot = kNone;
    std::uint32_t bucket_next = kNone;
    std::uint32_t older = kNone;  // also links free entries
    std::uint32_t newer = kNone;
    bool flight_queued = false;
  };

  std::size_t bucket_of(const PeerAddress& remote, const ConnectionId& client_id) const;

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> buckets_;
  std::vector<std::uint32_t> flights_;
  std::size_t next_flight_ = 0;
  std::array<std::uint8_t, 16> hash_key_;
  Duration lifetime_;
  std::uint32_t first_free_ = kNone;
  std::uint32_t oldest_ = kNone;
  std::uint32_t newest_ = kNone;
  std::uint32_t in_use_ = 0;
};

}  // namespace jetstream::endpoint
