// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "control/filter.h"
#include "daemon/log/log.h"
#include "jetstream/control.h"

namespace jetstream::daemon {

/// Which events somebody wants to hear of.
struct EventQuery {
  LogEventSet events;
  /// Of this session only, down to the finest level, at no cost to the others.
  std::optional<SessionId> session;
  control::Filter filter;  ///< Over session_event_fields().
};

/// The events of a life of a session.
std::span<const LogEvent> session_events();
/// What filters of them may ask about.
std::span<const control::FilterField> session_event_fields();

/// The events that the daemon remembers.
struct EventReplay {
  std::vector<control::EventRow> rows;
  std::uint64_t missing = 0;  ///< At most so many that were asked for are forgotten.
  std::uint64_t last_seq = 0;
};

/// What the admin socket wants of the events.
class EventAdmin {
 public:
  virtual ~EventAdmin() = default;

  /// Hears of events until it is dropped.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };
  using Hear = std::function<void(const control::EventRow& row)>;

  /// Those remembered with a number above `since`, and what is known of them now.
  virtual EventReplay replay(std::uint64_t since, const LogEventSet& events) = 0;
  /// Null if kTracesMax sessions are being traced already. `hear` gets every event from now on, or
  /// a gap_row() in its place; it may drop the subscription.
  virtual std::shared_ptr<Subscription> subscribe(EventQuery query, Hear hear) = 0;
  /// Calls `then` after so long, unless the timer is dropped.
  virtual std::shared_ptr<void> after(std::chrono::milliseconds delay,
                                      std::function<void()> then) = 0;
};

}  // namespace jetstream::daemon
