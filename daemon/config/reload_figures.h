// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "jetstream/control/values.h"

namespace jetstream::daemon {

/// How the changes of the configuration went since the start. A dry run is none.
struct ReloadFigures {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  /// Reloads that were not tried, for reasons that are not the configuration's.
  std::uint64_t refused = 0;
  /// Unset before the first.
  std::optional<control::UnixTime> last_done_at;
  /// Of the last one; empty if it was done, or there was none.
  std::string last_error;
  /// Why a reload that nobody confirmed holds in part still; empty if none does.
  std::string not_taken_back;
};

}  // namespace jetstream::daemon
