// SPDX-License-Identifier: MIT
#include "endpoint/half_open_table.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "base/bytes.h"
#include "crypto/siphash.h"

namespace jetstream::endpoint {

HalfOpenTable::HalfOpenTable(std::uint32_t capacity, Duration lifetime,
                             const std::array<std::uint8_t, 16>& hash_key)
    : hash_key_(hash_key) {
  configure(capacity, lifetime);
}

void HalfOpenTable::configure(std::uint32_t capacity, Duration lifetime) {
  JS_ASSERT(capacity >= 2);
  lifetime_ = lifetime;
  of(Half::kUnproven).capacity = capacity / 2;
  of(Half::kProven).capacity = capacity - capacity / 2;
  const auto missing = [this](Half half) {
    return of(half).capacity - std::min(of(half).capacity, of(half).records);
  };
  if (missing(Half::kUnproven) + missing(Half::kProven) == 0) return;
  entries_.reserve(entries_.size() + missing(Half::kUnproven) + missing(Half::kProven));
  for (const Half half : {Half::kUnproven, Half::kProven}) add_records(half, missing(half));
  flights_.reserve(entries_.size());
  spread();
}

void HalfOpenTable::add_records(Half which, std::uint32_t count) {
  Chains& half = of(which);
  half.records += count;
  const auto begin = static_cast<std::uint32_t>(entries_.size());
  entries_.resize(begin + count);
  for (std::uint32_t i = begin + count; i-- > begin;) {
    entries_[i].half = which;
    entries_[i].older = half.first_free;
    half.first_free = i;
  }
}

void HalfOpenTable::spread() {
  buckets_.assign(std::bit_ceil(entries_.size() * 2), kNone);
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].slot == kNone) continue;
    std::uint32_t& bucket = bucket_of(entries_[i].record);
    entries_[i].bucket_next = bucket;
    bucket = i;
  }
}

std::size_t HalfOpenTable::bucket_of(const PeerAddress& remote, const ConnectionId& client_id,
                                     const Random& client_random) const {
  std::array<std::uint8_t, 58> key{};
  base::ByteWriter writer(key);
  writer.write_bytes(remote.ip);
  writer.write_u16(remote.port);
  writer.write_bytes(client_id.bytes);
  writer.write_bytes(client_random);
  return crypto::siphash24(hash_key_, key) & (buckets_.size() - 1);
}

std::optional<std::uint32_t> HalfOpenTable::find(const PeerAddress& remote,
                                                 const ConnectionId& client_id,
                                                 const Random& client_random) const {
  for (std::uint32_t i = buckets_[bucket_of(remote, client_id, client_random)]; i != kNone;
       i = entries_[i].bucket_next) {
    const session::HalfOpen& record = entries_[i].record;
    if (record.remote == remote && record.client_id == client_id &&
        record.client_random == client_random) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> HalfOpenTable::allocate(Half half) const {
  if (of(half).in_use >= of(half).capacity) return std::nullopt;
  return of(half).first_free;
}

void HalfOpenTable::insert(std::uint32_t index, std::uint32_t slot) {
  Chains& half = of(half_of(index));
  JS_ASSERT(index == half.first_free);
  Entry& entry = entries_[index];
  half.first_free = entry.older;
  entry.slot = slot;
  std::uint32_t& bucket = bucket_of(entry.record);
  entry.bucket_next = bucket;
  bucket = index;
  entry.older = half.newest;
  entry.newer = kNone;
  (half.newest == kNone ? half.oldest : entries_[half.newest].newer) = index;
  half.newest = index;
  ++half.in_use;
}

void HalfOpenTable::release(std::uint32_t index) {
  Chains& half = of(half_of(index));
  Entry& entry = entries_[index];
  std::uint32_t* link = &bucket_of(entry.record);
  while (*link != index) link = &entries_[*link].bucket_next;
  *link = entry.bucket_next;
  (entry.older == kNone ? half.oldest : entries_[entry.older].newer) = entry.newer;
  (entry.newer == kNone ? half.newest : entries_[entry.newer].older) = entry.older;
  entry.record = session::HalfOpen{};  // erases the secrets
  entry.slot = kNone;
  entry.older = half.first_free;
  half.first_free = index;
  --half.in_use;
}

std::optional<std::uint32_t> HalfOpenTable::due(Instant now, Half which) const {
  const Chains& half = of(which);
  if (half.oldest == kNone) return std::nullopt;
  const Duration age = now - entries_[half.oldest].record.created_at;
  const bool tight = std::size_t{half.in_use} * 4 > std::size_t{half.capacity} * 3;
  if (age >= lifetime_ || (tight && age >= kEvictableAfter)) return half.oldest;
  return std::nullopt;
}

Instant HalfOpenTable::deadline() const {
  Instant earliest = kNever;
  for (const Chains& half : halves_) {
    if (half.oldest == kNone) continue;
    earliest = std::min(earliest, entries_[half.oldest].record.created_at + lifetime_);
  }
  return earliest;
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
