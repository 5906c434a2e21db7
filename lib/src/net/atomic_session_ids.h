// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "jetstream/config.h"

namespace jetstream::net {

/// Session numbers that count up from 1, for any number of workers of one process.
class AtomicSessionIds final : public SessionIdSource {
 public:
  // Relaxed: the numbers order nothing, they only have to differ.
  SessionId next() override { return SessionId(next_.fetch_add(1, std::memory_order_relaxed)); }

 private:
  std::atomic<std::uint64_t> next_ = 1;
};

}  // namespace jetstream::net
