// SPDX-License-Identifier: MIT
#include "endpoint/sources.h"

#include <algorithm>
#include <utility>

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

PeerAddress address_of(Source source) {
  PeerAddress address;
  base::ByteWriter(address.ip).write_u64(source);
  if (address.ip[0] != 0 || address.ip[1] != 0 || address.ip[2] != 0xff || address.ip[3] != 0xff) {
    return address;
  }
  return PeerAddress::v4({address.ip[4], address.ip[5], address.ip[6], address.ip[7]}, 0);
}

std::size_t SourceHash::operator()(Source source) const {
  std::array<std::uint8_t, 8> bytes{};
  base::ByteWriter(bytes).write_u64(source);
  return crypto::siphash24(key, bytes);
}

Sources::Sources(const ServerConfig& config, const std::array<std::uint8_t, 16>& hash_key,
                 Usage* usage)
    : exempt_(config.exempt),
      rate_{.tokens = config.handshake_rate_per_source, .burst = config.handshake_burst_per_source},
      hash_{hash_key},
      buckets_(kBuckets, Bucket{.tokens = base::TokenBucket(rate_, Instant{})}),
      sessions_(0, hash_),
      sessions_max_(config.sessions_max_per_source),
      usage_(usage) {}

void Sources::configure(Instant now, const ServerConfig& config) {
  exempt_ = config.exempt;
  sessions_max_ = config.sessions_max_per_source;
  rate_ = {.tokens = config.handshake_rate_per_source, .burst = config.handshake_burst_per_source};
  for (Bucket& bucket : buckets_) bucket.tokens.set_rate(now, rate_);
}

bool Sources::is_exempt(const PeerAddress& address) const {
  return std::any_of(exempt_.begin(), exempt_.end(),
                     [&](const AddressBlock& block) { return block.contains(address); });
}

std::span<Sources::Bucket> Sources::set_of(Source source) {
  const std::size_t set = hash_(source) % (kBuckets / kWays);
  return std::span(buckets_).subspan(set * kWays, kWays);
}

Sources::Bucket* Sources::find(Source source) {
  const std::span<Bucket> ways = set_of(source);
  const auto found = std::ranges::find(ways, source, &Bucket::source);
  return found == ways.end() ? nullptr : &*found;
}

Sources::Bucket& Sources::bucket_of(Instant now, Source source) {
  if (Bucket* found = find(source)) return *found;
  const std::span<Bucket> ways = set_of(source);
  const auto fullest = std::max_element(ways.begin(), ways.end(), [&](Bucket& a, Bucket& b) {
    return a.tokens.available(now) < b.tokens.available(now);
  });
  close_second(*fullest);
  *fullest =
      Bucket{.source = source, .tokens = base::TokenBucket(rate_, now), .since = now, .limited = 0};
  return *fullest;
}

bool Sources::take_handshake(Instant now, const PeerAddress& address) {
  if (rate_.is_off() || is_exempt(address)) return true;
  Bucket& bucket = bucket_of(now, source_of(address));
  note_use(now, bucket);
  if (bucket.tokens.check_and_consume(now, 1)) return true;
  ++bucket.limited;
  return false;
}

bool Sources::has_handshake(Instant now, const PeerAddress& address) {
  if (rate_.is_off() || is_exempt(address)) return true;
  // Asking must not push anybody out: the address may be forged.
  Bucket* bucket = find(source_of(address));
  return bucket == nullptr || bucket->tokens.has(now, 1);
}

SourceInfo Sources::info_of(Instant now, const PeerAddress& address, Bucket* bucket) {
  constexpr std::uint8_t kNetworkBits = 64;
  const auto sessions = sessions_.find(source_of(address));
  SourceInfo info;
  info.block = {.ip = address.ip};
  if (!address.is_v4()) {
    std::fill(info.block.ip.begin() + kNetworkBits / 8, info.block.ip.end(), std::uint8_t{0});
    info.block.bits = kNetworkBits;
  }
  info.exempt = is_exempt(address);
  info.handshakes_per_second = rate_.tokens;
  info.handshake_burst = rate_.burst;
  info.handshake_tokens = rate_.burst;
  if (bucket != nullptr) {
    info.handshake_tokens = bucket->tokens.available(now);
    info.handshakes_limited = bucket->limited;
    info.since = bucket->since;
  }
  info.sessions = sessions == sessions_.end() ? 0 : sessions->second;
  info.sessions_max = sessions_max_;
  return info;
}

Sources::Bucket* Sources::known(const PeerAddress& address) {
  const Source source = source_of(address);
  return source == 0 ? nullptr : find(source);
}

SourceInfo Sources::info(Instant now, const PeerAddress& address) {
  return info_of(now, address, known(address));
}

void Sources::visit(Instant now, const std::function<void(const SourceInfo&)>& visit) {
  for (Bucket& bucket : buckets_) {
    if (bucket.source != 0) visit(info_of(now, address_of(bucket.source), &bucket));
  }
}

bool Sources::forget(const PeerAddress& address) {
  Bucket* bucket = known(address);
  if (bucket == nullptr) return false;
  close_second(*bucket);
  *bucket = Bucket{.source = 0, .tokens = base::TokenBucket(rate_, Instant{})};
  return true;
}

void Sources::note_use(Instant now, Bucket& bucket) {
  if (now - bucket.second_began >= std::chrono::seconds(1)) {
    close_second(bucket);
    bucket.second_began = now;
  }
  ++bucket.in_second;
}

void Sources::close_second(Bucket& bucket) {
  const std::uint64_t used = std::exchange(bucket.in_second, 0);
  if (usage_ != nullptr && used > 0) usage_->source_handshakes.add(used);
}

void Sources::close_seconds(Instant now) {
  for (Bucket& bucket : buckets_) {
    if (now - bucket.second_began >= std::chrono::seconds(1)) close_second(bucket);
  }
}

bool Sources::is_full(const PeerAddress& address) const {
  const auto found = sessions_.find(source_of(address));
  return found != sessions_.end() && found->second >= sessions_max_ && !is_exempt(address);
}

Source Sources::add_session(const PeerAddress& address) {
  const Source source = source_of(address);
  const std::uint32_t sessions = ++sessions_[source];
  if (usage_ != nullptr && !is_exempt(address)) usage_->source_sessions.add(sessions);
  return source;
}

void Sources::remove_session(Source source) {
  const auto found = sessions_.find(source);
  JS_ASSERT(found != sessions_.end());
  if (--found->second == 0) sessions_.erase(found);
}

}  // namespace jetstream::endpoint
