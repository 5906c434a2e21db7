// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream::daemon {

/// Where an ended session stands among all of them, whichever worker had it: the greater, the later
/// it ended. The wall clock would not do, since it can be set back.
struct ClosedKey {
  Instant ended;
  std::uint64_t number = 0;  ///< In the ring of its endpoint, where many may end at one moment.
  SessionId id;
  friend auto operator<=>(const ClosedKey&, const ClosedKey&) = default;
};

/// What goes on behind the session of this key, as callers send it back.
std::string closed_cursor(const ClosedKey& key);
/// nullopt if it is none that closed_cursor() makes.
std::optional<ClosedKey> parse_closed_cursor(std::string_view text);

}  // namespace jetstream::daemon
