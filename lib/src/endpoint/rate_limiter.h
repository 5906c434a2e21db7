// SPDX-License-Identifier: MIT
#pragma once

#include "endpoint/session_limits.h"
#include "endpoint/shared_lease.h"
#include "endpoint/slot_table.h"
#include "jetstream/config.h"
#include "jetstream/stats.h"

namespace jetstream::endpoint {

/// Decides whether data may pass between sessions and services: first by the session's own limits,
/// then by the global ones, and nothing is taken of either unless both agree [RATE-1]. Keeps the
/// queues of those that wait, and knows when the first of them is due; a limit that nobody waits
/// for costs nothing.
class RateLimiter {
 public:
  /// `slots` and `stats` must outlive it; `shared` and `usage` may be null. What sessions use is
  /// told to `usage`, which must outlive the slots.
  RateLimiter(const RateLimits& limits, std::shared_ptr<SharedLimiter> shared,
              std::uint64_t message_bytes_max, SlotTable& slots, EndpointStats& stats,
              Usage* usage);
  ~RateLimiter() { put_away(); }
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  /// False: everything passes, and nothing else here needs to be called.
  bool active() const { return active_; }
  bool enforces() const { return limits_.mode == LimitMode::kEnforce; }
  /// New limits for sessions there are and those that come. Who waits is asked again.
  void set_limits(Instant now, const RateLimits& limits, std::shared_ptr<SharedLimiter> shared,
                  std::uint64_t message_bytes_max);
  bool are(const RateLimits& limits, const std::shared_ptr<SharedLimiter>& shared,
           std::uint64_t message_bytes_max) const {
    return limits_ == limits && limiter_ == shared && message_bytes_max_ == message_bytes_max;
  }

  /// Bytes of a stream are let through in pieces of at least a hundredth of a second's worth, so
  /// that a byte stream that waits does not wake for every byte.
  std::uint64_t piece(std::uint64_t bytes) const;
  /// Whether the stream may pass with `cost` now. If not, it waits, and is called when it may.
  bool admit(Instant now, std::uint32_t slot, Flow flow, StreamId stream, Cost cost);
  /// The same without waiting; the limit that is in the way, if any.
  std::optional<RateLimit> lacks(Instant now, std::uint32_t slot, Flow flow, Cost cost);
  /// After admit(): how many of `wanted` bytes may pass.
  std::uint64_t bytes_available(Instant now, std::uint32_t slot, Flow flow, std::uint64_t wanted);
  /// This has passed [RATE-6]. When observing, what no tokens are there for is counted and costs
  /// none.
  void charge(Instant now, std::uint32_t slot, Flow flow, StreamId stream, Cost cost);
  /// What becomes of a best-effort message that has arrived [RATE-7].
  enum class Verdict : std::uint8_t {
    kPass,
    kDrop,     ///< It is counted already.
    kTooMany,  ///< The same, and the session should end [RATE-8].
  };
  Verdict judge(Instant now, std::uint32_t slot, StreamId stream, Cost cost);
  /// What the limits are for a session, and what they did to it.
  LimitStates states(Instant now, std::uint32_t slot) const;
  /// The stream comes back for the rest when there are tokens.
  void wait(Instant now, std::uint32_t slot, Flow flow, StreamId stream, Cost cost);

  /// Calls the streams that waited for the global limits, and returns leases that lie idle. The
  /// slots that have news are appended to `woken`.
  void handle_timeout(Instant now, std::vector<std::uint32_t>& woken);
  /// Asked in every turn, so without limits it is no more than a look.
  Instant deadline() const { return active_ ? next_deadline() : kNever; }

 private:
  /// One direction of the global limits.
  struct Shared {
    SharedLease messages;
    SharedLease bytes;
    std::vector<std::uint32_t> queue;  ///< Slots in turn, from `next` on.
    std::size_t next = 0;

    bool anybody_waits() const { return next < queue.size(); }
    void drop_served();
  };

  Shared& shared(Flow flow) { return shared_[static_cast<std::size_t>(flow)]; }
  const Shared& shared(Flow flow) const { return shared_[static_cast<std::size_t>(flow)]; }
  SessionLimits& of(Instant now, std::uint32_t slot);
  /// In a second, from one session: by its own limits, or the global ones where it has none.
  Cost allowed() const;
  /// The limits of the session that waits first; null if it is gone or has what it wants.
  SessionLimits* first_waiting(Flow flow) const;
  std::optional<RateLimit> shared_lacks(Instant now, Flow flow, Cost cost);
  void lease_from(std::shared_ptr<SharedLimiter> shared);
  void put_away();
  Instant next_deadline() const;
  void call_waiting(Instant now, Flow flow, std::vector<std::uint32_t>& woken);

  RateLimits limits_;
  std::shared_ptr<SharedLimiter> limiter_;
  std::uint64_t message_bytes_max_;
  SlotTable& slots_;
  EndpointStats& stats_;
  Usage* usage_;
  std::array<Shared, 2> shared_;
  bool active_ = false;
};

}  // namespace jetstream::endpoint
