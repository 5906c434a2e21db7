// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "base/token_bucket.h"
#include "endpoint/drop_rate.h"
#include "endpoint/wait_queue.h"
#include "jetstream/event.h"
#include "jetstream/rate_limits.h"
#include "jetstream/usage.h"

namespace jetstream::endpoint {

/// From the session to the service, or the other way.
enum class Flow : std::uint8_t { kReceived, kSent };
inline constexpr std::array kFlows = {Flow::kReceived, Flow::kSent};

/// The limits of one session as token buckets, and the streams that wait for them. It exists once
/// data has passed; what it does not know is who shares the global limits.
class SessionLimits {
 public:
  /// `message_bytes_max`: the largest message, which fits into the burst. `usage` is told what was
  /// wanted, must outlive this, and may be null.
  SessionLimits(Instant now, const RateLimits& limits, std::uint64_t message_bytes_max,
                Usage* usage = nullptr);
  ~SessionLimits();
  SessionLimits(const SessionLimits&) = delete;
  SessionLimits& operator=(const SessionLimits&) = delete;
  void set_limits(Instant now, const RateLimits& limits, std::uint64_t message_bytes_max);

  /// The limit whose tokens are missing, if any.
  std::optional<RateLimit> lacks(Instant now, Flow flow, Cost cost);
  /// How many of `wanted` bytes may pass.
  std::uint64_t bytes_available(Instant now, Flow flow, std::uint64_t wanted);
  void charge(Instant now, Flow flow, Cost cost);
  /// So much has passed, or would have but for the limits.
  void note_use(Instant now, Flow flow, Cost cost);

  WaitQueue& waiting(Flow flow) { return part(flow).waiting; }
  const WaitQueue& waiting(Flow flow) const { return part(flow).waiting; }
  /// Set while the first waiter has what it needs of this session and waits for a global limit.
  bool waits_for_shared(Flow flow) const { return part(flow).waits_for_shared; }
  void set_waits_for_shared(Flow flow, bool waits) { part(flow).waits_for_shared = waits; }
  /// Calls the first waiting stream, and tells the application.
  void call_first(Flow flow);
  /// Calls those for whom there are tokens by now.
  void handle_timeout(Instant now);
  Instant deadline() const;

  /// Something was held back; the application is told, once for many.
  void note(RateLimit limit, StreamId stream);
  /// A best-effort message was dropped. True if so many were that the session should end [RATE-8];
  /// `allowed` is what passes in a second.
  bool note_drop(Instant now, RateLimit limit, StreamId stream, Cost dropped, Cost allowed);
  /// Figures of this session: of its own limits all, of the global ones what they did to it.
  void fill(Instant now, LimitStates& states) const;
  /// Whether a fresh one would do the same from now on and has as much to tell.
  bool is_as_new(Instant now);
  /// How often.
  std::uint64_t times_limited() const { return times_limited_; }

  /// kReadable and kWritable of streams that were called, and kRateLimited.
  std::optional<Event> poll_event();
  bool has_event() const { return called_next_ < called_.size() || noted_.has_value(); }
  void on_stream_closed(StreamId stream);
  /// The session is over: nobody waits any more.
  void clear();

 private:
  struct Part {
    base::TokenBucket messages;
    base::TokenBucket bytes;
    WaitQueue waiting;
    bool waits_for_shared = false;
    Instant second_began{};  ///< Of what is counted for the usage.
    Cost in_second{};
  };
  struct Noted {
    RateLimit limit;
    StreamId stream;
  };
  Part& part(Flow flow) { return parts_[static_cast<std::size_t>(flow)]; }
  const Part& part(Flow flow) const { return parts_[static_cast<std::size_t>(flow)]; }

  /// Tells the usage of a second that is over.
  void close_second(Flow flow);

  std::array<Part, 2> parts_;
  Usage* usage_;
  std::vector<Event> called_;  ///< To be told, from called_next_ on.
  std::size_t called_next_ = 0;
  std::optional<Noted> noted_;
  std::uint64_t times_limited_ = 0;
  std::array<std::uint64_t, kRateLimitCount> times_{};  ///< Without those of dropped_.
  std::array<std::uint64_t, kRateLimitCount> dropped_{};
  DropRate drop_rate_;
};

}  // namespace jetstream::endpoint
