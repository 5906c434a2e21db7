// SPDX-License-Identifier: MIT
#include "endpoint/half_open_table.h"

#include <bit>

#include "base/assert.h"
#include "base/bytes.h"
#include "crypto/siphash.h"

namespace jetstream::endpoint {

HalfOpenTable::HalfOpenTable(std::uint32_t capacity, Duration lifetime,
                             const std::array<std::uint8_t, 16>& hash_key)
    : entries_(capacity),
      buckets_(std::bit_ceil(std::size_t{capacity} * 2), kNone),
      hash_key_(hash_key),
      lifetime_(lifetime) {
  flights_.reserve(capacity);
  for (std::uint32_t i = capacity; i-- > 0;) {
    entries_[i].older = first_free_;
    first_free_ = i;
  }
}

std::size_t HalfOpenTable::bucket_of(const PeerAddress& remote,
                                     const ConnectionId& client_id) const {
  std::array<std::uint8_t, 26> key{};
  base::ByteWriter writer(key);
  writer.write_bytes(remote.ip);
  writer.write_u16(remote.port);
  writer.write_bytes(client_id.bytes);
  return crypto::siphash24(hash_key_, key) & (buckets_.size() - 1);
}

std::optional<std::uint32_t> HalfOpenTable::find(const PeerAddress& remote,
                                                 const ConnectionId& client_id) const {
  for (std::uint32_t i = buckets_[bucket_of(remote, client_id)]; i != kNone;
       i = entries_[i].bucket_next) {
    const session::HalfOpen& record = entries_[i].record;
    if (record.remote == remote && record.client_id == client_id) return i;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> HalfOpenTable::allocate() {
  if (first_free_ == kNone) return std::nullopt;
  return first_free_;
}

void HalfOpenTable::insert(std::uint32_t index, std::uint32_t slot) {
  JS_ASSERT(index == first_free_);
  Entry& entry = entries_[index];
  first_free_ = entry.older;
  entry.slot = slot;
  std::uint32_t& bucket = buckets_[bucket_of(entry.record.remote, entry.record.client_id)];
  entry.bucket_next = bucket;
  bucket = index;
  entry.older = newest_;
  entry.newer = kNone;
  (newest_ == kNone ? oldest_ : entries_[newest_].newer) = index;
  newest_ = index;
  ++in_use_;
}

void HalfOpenTable::release(std::uint32_t index) {
  Entry& entry = entries_[index];
  std::uint32_t* link = &buckets_[bucket_of(entry.record.remote, entry.record.client_id)];
  while (*link != index) link = &entries_[*link].bucket_next;
  *link = entry.bucket_next;
  (entry.older == kNone ? oldest_ : entries_[entry.older].newer) = entry.newer;
  (entry.newer == kNone ? newest_ : entries_[entry.newer].older) = entry.older;
  entry.record = session::HalfOpen{};  // erases the secrets
  entry.slot = kNone;
  entry.older = first_free_;
  first_free_ = index;
  --in_use_;
}

std::optional<std::uint32_t> HalfOpenTable::due(Instant now) const {
  if (oldest_ == kNone) return std::nullopt;
  const Duration age = now - entries_[oldest_].record.created_at;
  const bool tight = std::size_t{in_use_} * 4 > entries_.size() * 3;
  if (age >= lifetime_ || (tight && age >= kEvictableAfter)) return oldest_;
  return std::nullopt;
}

Instant HalfOpenTable::deadline() const {
  return oldest_ == kNone ? kNever : entries_[oldest_].record.created_at + lifetime_;
}

bool HalfOpenTable::queue_flight(std::uint32_t index) {
  if (entries_[index].flight_queued) return false;
  entries_[index].flight_queued = true;
  flights_.push_back(index);
  return true;
}

std::optional<std::uint32_t> HalfOpenTable::next_flight() {
  while (next_flight_ < flights_.size()) {
    const std::uint32_t index = flights_[next_flight_++];
    entries_[index].flight_queued = false;
    if (entries_[index].slot != kNone) return index;
  }
  flights_.clear();
  next_flight_ = 0;
  return std::nullopt;
}

}  // namespace jetstream::endpoint
