// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "jetstream/time.h"

namespace jetstream::session {

/// How much a peer may make this side work for nothing: frames without any effect, which cost it
/// less than us (RFC 9000 21.9), and streams that it opens only to give them up, by which it could
/// have more work under way than streams (the "rapid reset" of HTTP/2). Counted in spans of time
/// that begin with the first packet after the last one.
class ProgressBudget {
 public:
  static constexpr Duration kSpan = std::chrono::seconds(10);
  /// Frames of no use in a span, besides so many in each packet: what comes late or twice, pings,
  /// and limits of streams that are over.
  static constexpr std::uint32_t kUselessFrames = 10'000;
  static constexpr std::uint32_t kUselessPerPacket = 4;
  /// Streams given up in a span: a page full of requests that nobody waits for, twice.
  static constexpr std::uint32_t kStreamsGivenUp = 200;

  /// A packet was taken that had `useless` frames without effect and gave up `given_up` streams.
  /// False if that was too much.
  bool take(Instant now, std::uint32_t useless, std::uint32_t given_up) {
    if (now - begun_ >= kSpan) *this = ProgressBudget(now);
    useless_ += useless - (useless < kUselessPerPacket ? useless : kUselessPerPacket);
    given_up_ += given_up;
    return useless_ <= kUselessFrames && given_up_ <= kStreamsGivenUp;
  }

  ProgressBudget() = default;

 private:
  explicit ProgressBudget(Instant now) : begun_(now) {}

  Instant begun_{};
  std::uint32_t useless_ = 0;
  std::uint32_t given_up_ = 0;
};

}  // namespace jetstream::session
