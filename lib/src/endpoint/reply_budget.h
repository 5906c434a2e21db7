// SPDX-License-Identifier: MIT
#pragma once

#include "base/token_bucket.h"

namespace jetstream::endpoint {

/// How many answers strangers get in a second, by kind. They cost little each, but what a flood can
/// make a server do has to end somewhere [RETRY-20].
struct ReplyBudget {
  /// Nobody needs many of these: who speaks another version asks once.
  base::TokenBucket version_negotiation{{.tokens = 100, .burst = 100}, Instant{}};
  /// A Retry costs about 3 microseconds and is a sixteenth of the hello. A lower limit would keep
  /// honest clients out while forged hellos use it up.
  base::TokenBucket retry{{.tokens = 100'000, .burst = 10'000}, Instant{}};
  /// Each costs a key exchange, about 100 microseconds: at most a tenth of a CPU.
  base::TokenBucket refusal{{.tokens = 1000, .burst = 1000}, Instant{}};
};

}  // namespace jetstream::endpoint
