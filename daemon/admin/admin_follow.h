// SPDX-License-Identifier: MIT
//
// What all commands have in common that answer with a stream of events.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "daemon/admin/admin_call.h"
#include "daemon/admin/event_admin.h"

namespace jetstream::daemon {

struct FollowOptions {
  /// Lines behind the first one, such as a replay.
  std::string first{};
  /// Number of the newest event that the replay has looked at; unset without one. Looking again
  /// would take events that are then neither in the replay nor in the stream.
  std::optional<std::uint64_t> last_seq{};
  /// Ends by itself after so long, with a control::StreamSummary.
  std::optional<std::chrono::milliseconds> ends_after{};
};

/// Answers with the events that `query` wants, until the caller leaves. Fails with `busy` if too
/// many sessions are traced. What is returned ends the stream with an error, unless it has ended.
std::function<void(const control::Failure&)> follow(EventAdmin& events, AdminCall call,
                                                    EventQuery query, FollowOptions options);

}  // namespace jetstream::daemon
