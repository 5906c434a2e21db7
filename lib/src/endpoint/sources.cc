// SPDX-License-Identifier: MIT
#include "endpoint/sources.h"

#include <algorithm>
#include <span>

#include "base/bytes.h"
#include "crypto/siphash.h"

namespace jetstream::endpoint {

Source source_of(const PeerAddress& address) {
  std::array<std::uint8_t, 8> bytes{};
  if (address.is_v4()) {
    // 0:ffff::/32 is reserved, so no IPv6 source looks like this.
    bytes[2] = bytes[3] = 0xff;
    std::copy_n(address.ip.begin() + 12, 4, bytes.begin() + 4);
  } else {
    std::copy_n(address.ip.begin(), bytes.size(), bytes.begin());
  }
  return *base::ByteReader(bytes).read_u64();
}

std::size_t SourceHash::operator()(Source source) const {
  std::array<std::uint8_t, 8> bytes{};
  base::ByteWriter(bytes).write_u64(source);
  return crypto::siphash24(key, bytes);
}

Sources::Sources(const ServerConfig& config, const std::array<std::uint8_t, 16>& hash_key)
    : exempt_(config.exempt),
      rate_{.tokens = config.handshake_rate_per_source, .burst = config.handshake_burst_per_source},
      hash_{hash_key},
      buckets_(kBuckets, Bucket{.tokens = base::TokenBucket(rate_, Instant{})}),
      sessions_(0, hash_),
      sessions_max_(config.sessions_max_per_source) {}

bool Sources::is_exempt(const PeerAddress& address) const {
  return std::any_of(exempt_.begin(), exempt_.end(),
                     [&](const AddressBlock& block) { return block.contains(address); });
}

Sources::Bucket& Sources::bucket_of(Instant now, Source source) {
  const std::size_t set = hash_(source) % (kBuckets / kWays);
  const std::span<Bucket> ways = std::span(buckets_).subspan(set * kWays, kWays);
  const auto found = std::ranges::find(ways, source, &Bucket::source);
  if (found != ways.end()) return *found;
  const auto fullest = std::max_element(ways.begin(), ways.end(), [&](Bucket& a, Bucket& b) {
    return a.tokens.available(now) < b.tokens.available(now);
  });
  *fullest = Bucket{.source = source, .tokens = base::TokenBucket(rate_, now)};
  return *fullest;
}

bool Sources::take_handshake(Instant now, const PeerAddress& address) {
  if (rate_.is_off() || is_exempt(address)) return true;
  return bucket_of(now, source_of(address)).tokens.check_and_consume(now, 1);
}

bool Sources::has_handshake(Instant now, const PeerAddress& address) {
  if (rate_.is_off() || is_exempt(address)) return true;
  // Asking must not push anybody out: the address may be forged.
  const Source source = source_of(address);
  const std::size_t set = hash_(source) % (kBuckets / kWays);
  for (Bucket& bucket : std::span(buckets_).subspan(set * kWays, kWays)) {
    if (bucket.source == source) return bucket.tokens.has(now, 1);
  }
  return true;
}

bool Sources::is_full(const PeerAddress& address) const {
  const auto found = sessions_.find(source_of(address));
  return found != sessions_.end() && found->second >= sessions_max_ && !is_exempt(address);
}

Source Sources::add_session(const PeerAddress& address) {
  const Source source = source_of(address);
  ++sessions_[source];
  return source;
}

void Sources::remove_session(Source source) {
  const auto found = sessions_.find(source);
  JS_ASSERT(found != sessions_.end());
  if (--found->second == 0) sessions_.erase(found);
}

}  // namespace jetstream::endpoint
