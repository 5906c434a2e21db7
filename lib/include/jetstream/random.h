// SPDX-License-Identifier: MIT
#pragma once

#include "jetstream/types.h"

namespace jetstream {

/// Where random bytes come from. Two streams, so that ids everybody sees (public) tell nothing
/// about keys (secret). An implementation must not fail: one that can't deliver ends the process.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// Bytes that will be seen on the wire: hello randoms, connection ids, jitter.
  virtual void fill_public(MutableBytes out) = 0;
  /// Bytes that must stay secret: private keys.
  virtual void fill_secret(MutableBytes out) = 0;
};

}  // namespace jetstream
