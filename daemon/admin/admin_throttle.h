// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <unordered_map>

#include "base/token_bucket.h"

namespace jetstream::daemon {

/// How often one user may change something, or try to: a script that runs wild must fill neither
/// the workers' queues nor the audit trail.
class AdminThrottle {
 public:
  /// Far above what people and their scripts do: 20 a second, 200 at once.
  static constexpr std::uint64_t kPerSecond = 20;
  static constexpr std::uint64_t kAtOnce = 200;

  enum class Verdict : std::uint8_t {
    kGo,
    kFirstRefused,  ///< To be recorded; those that follow are only counted.
    kRefused,
  };
  Verdict admit(uid_t user, Instant now);
  /// Refused since the start.
  std::uint64_t refused() const { return refused_; }

 private:
  struct User {
    base::TokenBucket bucket;
    bool refusing = false;
  };
  void forget_idle(Instant now);

  std::unordered_map<uid_t, User> users_;
  std::uint64_t refused_ = 0;
};

}  // namespace jetstream::daemon
