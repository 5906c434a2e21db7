// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jetstream/time.h"

namespace jetstream {

/// What can hold something back between a session and its services (docs/PROTOCOL.md, "Rate
/// limits"). Received is from the session to the service, sent the other way; each way has its own
/// tokens. A session's limits count for that session, global ones for everything of the process.
enum class RateLimit : std::uint8_t {
  kSessionMessagesReceived,
  kSessionBytesReceived,
  kSessionMessagesSent,
  kSessionBytesSent,
  kGlobalMessagesReceived,
  kGlobalBytesReceived,
  kGlobalMessagesSent,
  kGlobalBytesSent,
};
inline constexpr std::size_t kRateLimitCount = 8;
std::string_view to_string(RateLimit limit);  ///< "session_messages_received", ...

enum class LimitMode : std::uint8_t {
  kEnforce,  ///< What exceeds a limit waits; best-effort messages that arrive are dropped.
  kObserve,  ///< It is only counted, to find out what enforcing would do.
};
std::string_view to_string(LimitMode mode);

/// What one session may exchange with its services in each direction. A second's worth may come at
/// once, or one message of any size after a quiet time. 0 is off; at most 10^9 messages and 16 GiB.
struct RateLimits {
  std::uint64_t messages_per_second = 0;
  std::uint64_t bytes_per_second = 0;
  LimitMode mode = LimitMode::kEnforce;  ///< Of the global limits too.
  friend bool operator==(const RateLimits&, const RateLimits&) = default;
};

/// One of the limits, at a moment, as far as one session is concerned (Endpoint::limits()).
struct LimitState {
  std::uint64_t per_second = 0;  ///< 0 is off.
  /// That could be spent now; 0 if it is off. Of a global limit those that all sessions share,
  /// without what endpoints have leased.
  std::uint64_t tokens = 0;
  /// How often something of this session began to wait for it, or (LimitMode::kObserve) would have.
  std::uint64_t times = 0;
  std::uint64_t dropped = 0;  ///< Best-effort messages of this session that it has cost.
};
using LimitStates = std::array<LimitState, kRateLimitCount>;  ///< By RateLimit.

/// The global limits, shared by all endpoints of a process. An endpoint leases some tokens at a
/// time and spends them alone, so that workers rarely meet; what is leased and not spent is all by
/// which the sum can be wrong. Any thread may call it.
class SharedLimiter {
 public:
  virtual ~SharedLimiter() = default;

  /// One of the global limits, as an endpoint has to know it.
  struct Shape {
    std::uint64_t per_second = 0;  ///< 0 is off; then nothing else is called.
    std::uint64_t burst = 0;       ///< The most tokens there can be.
    std::uint64_t lease = 0;       ///< What to lease at a time.
  };
  virtual Shape shape(RateLimit limit) const = 0;
  /// Takes up to `at_most` tokens and says how many.
  virtual std::uint64_t lease(Instant now, RateLimit limit, std::uint64_t at_most) = 0;
  /// Returns leased tokens that were not needed.
  virtual void give_back(RateLimit limit, std::uint64_t amount) = 0;
  /// How many tokens there are to lease.
  virtual std::uint64_t available(Instant now, RateLimit limit) const = 0;
  /// When `amount` tokens, at most `burst`, can be there at the earliest.
  virtual Instant ready_at(RateLimit limit, std::uint64_t amount) const = 0;
};

}  // namespace jetstream
