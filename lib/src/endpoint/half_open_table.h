// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "session/handshake_server.h"

namespace jetstream::endpoint {

/// A server sends no more than this many times what it received to an address that has proven
/// nothing (RFC 9000 8.1) [PKT-22].
inline constexpr std::uint64_t kAmplificationFactor = 3;

/// Whether the client of a handshake has proven its address, with a cookie or a token.
enum class Half : std::uint8_t { kUnproven, kProven };

/// The handshakes that a server has answered and that the clients have not finished: a fixed number
/// of records, allocated once. A flood of hellos can fill it, but never make it grow; records that
/// are not finished soon make room for new ones once it gets tight [HS-11].
///
/// Half of the records are for clients that have proven their address: who forges addresses can
/// fill the other half only [RETRY-11].
class HalfOpenTable {
 public:
  /// Younger records are never evicted, so that a flood can't push out an honest client's handshake
  /// [HS-11].
  static constexpr Duration kEvictableAfter = std::chrono::seconds(3);

  /// At least 2 records. `hash_key` keeps strangers from choosing what collides.
  HalfOpenTable(std::uint32_t capacity, Duration lifetime,
                const std::array<std::uint8_t, 16>& hash_key);

  /// Another number of records from now on, at least 2, and another lifetime. Records beyond it
  /// that are taken stay until they are released, and the memory of all of them for good.
  void configure(std::uint32_t capacity, Duration lifetime);

  using Random = std::array<std::uint8_t, 32>;

  /// The record of a hello that was answered before [HS-9].
  std::optional<std::uint32_t> find(const PeerAddress& remote, const ConnectionId& client_id,
                                    const Random& client_random) const;
  /// A record to fill in, then insert(); nullopt when that half has none.
  std::optional<std::uint32_t> allocate(Half half) const;
  /// Makes a filled-in record known, for `slot`.
  void insert(std::uint32_t index, std::uint32_t slot);
  void release(std::uint32_t index);

  /// The oldest record of a half, if it is due to go: expired, or evictable in a half that is over
  /// three quarters full.
  std::optional<std::uint32_t> due(Instant now, Half half) const;
  Instant deadline() const;

  session::HalfOpen& operator[](std::uint32_t index) { return entries_[index].record; }
  const session::HalfOpen& operator[](std::uint32_t index) const { return entries_[index].record; }
  std::uint32_t slot_of(std::uint32_t index) const { return entries_[index].slot; }
  Half half_of(std::uint32_t index) const { return entries_[index].half; }
  std::uint32_t size() const { return halves_[0].in_use + halves_[1].in_use; }
  std::uint32_t size(Half half) const { return of(half).in_use; }
  std::uint32_t capacity(Half half) const { return of(half).capacity; }

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
    Half half = Half::kUnproven;
    bool flight_queued = false;
  };

  /// Its records, in a chain by age and a chain of free ones.
  struct Chains {
    std::uint32_t capacity = 0;
    std::uint32_t records = 0;  // that there are, which may be more than the capacity
    std::uint32_t in_use = 0;
    std::uint32_t first_free = kNone;
    std::uint32_t oldest = kNone;
    std::uint32_t newest = kNone;
  };

  void add_records(Half half, std::uint32_t count);
  /// As many buckets as there should be for the records.
  void spread();
  std::size_t bucket_of(const PeerAddress& remote, const ConnectionId& client_id,
                        const Random& client_random) const;
  std::uint32_t& bucket_of(const session::HalfOpen& record) {
    return buckets_[bucket_of(record.remote, record.client_id, record.client_random)];
  }
  const Chains& of(Half half) const { return halves_[static_cast<std::size_t>(half)]; }
  Chains& of(Half half) { return halves_[static_cast<std::size_t>(half)]; }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> buckets_;
  std::vector<std::uint32_t> flights_;
  std::size_t next_flight_ = 0;
  std::array<std::uint8_t, 16> hash_key_;
  Duration lifetime_{};
  std::array<Chains, 2> halves_;
};

}  // namespace jetstream::endpoint
