// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "jetstream/time.h"

namespace jetstream::recovery {

/// Decides how many bytes may be in flight. Recovery tells it what happened to ack-eliciting
/// packets other than MTU probes; for one ACK, losses come before acknowledgements (RFC 9002 A.7).
class CongestionController {
 public:
  virtual ~CongestionController() = default;

  virtual void on_sent(Instant now, std::uint32_t bytes) = 0;
  /// `underused`: the window was not what limited sending, so it must not grow.
  virtual void on_acked(Instant sent_at, std::uint32_t bytes, bool underused) = 0;
  /// Packets were lost, the newest of which was sent at `newest_sent_at`.
  virtual void on_lost(Instant now, Instant newest_sent_at) = 0;
  /// Nothing came through for so long that the path must be learnt anew (RFC 9002 7.6).
  virtual void on_persistent_congestion() = 0;
  /// The path is another one; packets sent up to `now` say nothing about it.
  virtual void restart(Instant now) = 0;
  /// Datagrams have another size from now on.
  virtual void set_datagram_bytes(std::uint32_t bytes) = 0;
  /// Bytes that may be in flight.
  virtual std::uint64_t window() const = 0;
};

}  // namespace jetstream::recovery
