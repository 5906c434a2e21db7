// SPDX-License-Identifier: MIT
#pragma once

#include "endpoint/wait_queue.h"
#include "jetstream/time.h"

namespace jetstream::endpoint {

/// Notices that a session sends so much more than a limit allows, and for so long, that dropping it
/// is no answer any more [RATE-8]. Looked at only when something is dropped, so it needs no timer.
class DropRate {
 public:
  /// More than so many times the limit, in each of so many seconds in a row.
  static constexpr std::uint64_t kTooMuch = 10;
  static constexpr int kSeconds = 5;

  /// That much was dropped. `limit`: what is allowed in a second; 0 is off. True if it is enough.
  bool add(Instant now, Cost dropped, Cost limit);

 private:
  Instant second_ = Instant::min();  ///< When the one that is counted began.
  Cost sum_;                         ///< Dropped in it.
  int seconds_ = 0;                  ///< Before it, in a row, in which it was too much.
};

}  // namespace jetstream::endpoint
