// SPDX-License-Identifier: MIT
#include "endpoint/stateless_reset.h"

#include <algorithm>

#include "crypto/connection_id.h"
#include "endpoint/sources.h"
#include "session/blocked_ports.h"
#include "wire/packet_header.h"

namespace jetstream::endpoint {
namespace {

/// Between these the size is drawn at random, as far as it is smaller than what it answers: two
/// servers that take each other's resets for packets run out of bytes [RST-2].
constexpr std::size_t kBytesMin = 43;
constexpr std::size_t kBytesMax = 63;

}  // namespace

StatelessReset::StatelessReset(const crypto::Secret& key, RandomSource& random, Instant now)
    : key_(key),
      random_(random),
      all_({.tokens = kPerSecond, .burst = kPerSecond}, now),
      sources_(kBuckets,
               base::TokenBucket({.tokens = kPerSourceSecond, .burst = kPerSourceSecond}, now)) {
  random.fill_secret(hash_key_);
}

ResetToken StatelessReset::token_of(const ConnectionId& id) const {
  return crypto::reset_token(key_.view(), id);
}

base::TokenBucket& StatelessReset::bucket_of(const PeerAddress& source) {
  return sources_[SourceHash{hash_key_}(source_of(source)) % sources_.size()];
}

std::size_t StatelessReset::answer(Instant now, const PeerAddress& from, const ConnectionId& id,
                                   std::size_t datagram_bytes, MutableBytes out) {
  if (datagram_bytes <= wire::kMinShortPacket || session::is_blocked_port(from.port)) return 0;
  if (!bucket_of(from).check_and_consume(now, 1) || !all_.check_and_consume(now, 1)) return 0;
  std::uint8_t draw = 0;
  random_.fill_public({&draw, 1});
  const std::size_t wanted = kBytesMin + draw % (kBytesMax - kBytesMin + 1);
  const MutableBytes reset = out.first(std::min(datagram_bytes - 1, wanted));
  random_.fill_public(reset);
  reset[0] = static_cast<std::uint8_t>((reset[0] & 0x3f) | wire::kFixedBit);
  const ResetToken token = token_of(id);
  std::ranges::copy(token, reset.last(token.size()).begin());
  return reset.size();
}

}  // namespace jetstream::endpoint
