// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/control/values.h"

namespace jetstream::control {

/// What every stream is made of. Besides the events of docs/LOG_EVENTS.md there are the types
/// kStreamBegin and kStreamGap.
struct EventRow {
  std::optional<std::uint64_t> seq;
  UnixTime at;
  std::string type;
  std::string level;
  std::string message;
  NamedValues fields;
  friend bool operator==(const EventRow&, const EventRow&) = default;
};

struct EventsArgs {
  std::vector<std::string> types;
  std::optional<std::uint64_t> since;
  bool no_follow = false;
  friend bool operator==(const EventsArgs&, const EventsArgs&) = default;
};

struct EventsSummary {
  std::uint64_t count = 0;
  std::uint64_t missing = 0;
  std::uint64_t last_seq = 0;
  friend bool operator==(const EventsSummary&, const EventsSummary&) = default;
};

struct SessionWatchArgs {
  std::string filter;
  friend bool operator==(const SessionWatchArgs&, const SessionWatchArgs&) = default;
};

/// The end of a stream that ends by itself.
struct StreamSummary {
  std::uint64_t count = 0;
  friend bool operator==(const StreamSummary&, const StreamSummary&) = default;
};

/// The first line of every stream: from now on nothing is missed.
inline constexpr std::string_view kStreamBegin = "begin";
/// Stands where events were lost, with their number in the field `lost`.
inline constexpr std::string_view kStreamGap = "gap";

}  // namespace jetstream::control
