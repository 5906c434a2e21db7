// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/token_bucket.h"
#include "jetstream/config.h"
#include "jetstream/source.h"
#include "jetstream/usage.h"

namespace jetstream::endpoint {

/// Whom an address is counted as: an IPv4 address, or the /64 of an IPv6 address, which is what one
/// customer gets.
using Source = std::uint64_t;
Source source_of(const PeerAddress& address);
/// The first address of a source.
PeerAddress address_of(Source source);

/// With a secret key, so that strangers can't choose what collides.
struct SourceHash {
  std::array<std::uint8_t, 16> key;
  std::size_t operator()(Source source) const;
};

/// How much every source has of the server. Only addresses that were proven may be counted here:
/// otherwise who forges addresses could use up the share of others [RETRY-19].
class Sources {
 public:
  /// Buckets of the table, in sets of kWays. When a set is full, the source that is furthest from
  /// its limit is forgotten: it loses least by starting anew.
  static constexpr std::size_t kBuckets = 4096;
  static constexpr std::size_t kWays = 4;

  /// `usage` is told what sources wanted, must outlive this, and may be null.
  Sources(const ServerConfig& config, const std::array<std::uint8_t, 16>& hash_key,
          Usage* usage = nullptr);

  /// Other limits from now on. Who has used up a share has still done so.
  void configure(Instant now, const ServerConfig& config);

  /// Counts one handshake; false if the source has had too many lately.
  bool take_handshake(Instant now, const PeerAddress& address);
  /// Whether take_handshake() would say true.
  bool has_handshake(Instant now, const PeerAddress& address);

  /// Whether the source has as many sessions as one may have.
  bool is_full(const PeerAddress& address) const;
  Source add_session(const PeerAddress& address);
  void remove_session(Source source);

  std::size_t sources_with_sessions() const { return sessions_.size(); }

  // For operators.

  SourceInfo info(Instant now, const PeerAddress& address);
  /// Every source that has a bucket.
  void visit(Instant now, const std::function<void(const SourceInfo&)>& visit);
  /// Lets go of the address's bucket; false if it has none.
  bool forget(const PeerAddress& address);
  /// Tells the usage of all seconds that are over.
  void close_seconds(Instant now);

 private:
  struct Bucket {
    Source source = 0;  // nobody's
    base::TokenBucket tokens;
    Instant since{};
    std::uint64_t limited = 0;
    Instant second_began{};  // of what is counted for the usage
    std::uint64_t in_second = 0;
  };
  void note_use(Instant now, Bucket& bucket);
  void close_second(Bucket& bucket);

  bool is_exempt(const PeerAddress& address) const;
  std::span<Bucket> set_of(Source source);
  /// Null if the source has none.
  Bucket* find(Source source);
  /// The bucket of a source, or one to start it with.
  Bucket& bucket_of(Instant now, Source source);
  /// The bucket of an address, unless it is nobody's.
  Bucket* known(const PeerAddress& address);
  SourceInfo info_of(Instant now, const PeerAddress& address, Bucket* bucket);

  std::vector<AddressBlock> exempt_;
  base::TokenRate rate_;
  SourceHash hash_;
  std::vector<Bucket> buckets_;
  std::unordered_map<Source, std::uint32_t, SourceHash> sessions_;
  std::uint32_t sessions_max_;
  Usage* usage_;
};

}  // namespace jetstream::endpoint
