// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <vector>

#include "base/token_bucket.h"
#include "crypto/digest.h"
#include "jetstream/random.h"
#include "jetstream/types.h"

namespace jetstream::endpoint {

/// Tells the peers of sessions that this server does not know (any more) that they are over, by a
/// datagram that looks like any short packet but ends with the token that the peer got with its
/// connection id (RFC 9000 10.3). Needs no memory of the session, only the key of the tokens.
class StatelessReset {
 public:
  /// Resets a second in all, and for one source [RST-3].
  static constexpr std::uint64_t kPerSecond = 10'000;
  static constexpr std::uint64_t kPerSourceSecond = 10;

  StatelessReset(const crypto::Secret& key, RandomSource& random, Instant now);

  /// What the peer of the session with that id of ours compares with.
  ResetToken token_of(const ConnectionId& id) const;
  /// Writes the answer to a datagram of that size, and returns its own; 0 if there is none to be
  /// given.
  std::size_t answer(Instant now, const PeerAddress& from, const ConnectionId& id,
                     std::size_t datagram_bytes, MutableBytes out);

 private:
  /// A fixed number of buckets; sources that fall into the same one share it.
  static constexpr std::size_t kBuckets = 1024;
  base::TokenBucket& bucket_of(const PeerAddress& source);

  crypto::Secret key_;
  RandomSource& random_;
  base::TokenBucket all_;
  std::vector<base::TokenBucket> sources_;
  std::array<std::uint8_t, 16> hash_key_{};
};

}  // namespace jetstream::endpoint
