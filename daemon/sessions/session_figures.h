// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "daemon/sessions/histogram.h"
#include "jetstream/types.h"

namespace jetstream::daemon {

/// From a handshake on loopback to one with two losses over a satellite.
inline constexpr std::array kHandshakeBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                0.25,  0.5,    1.0,   2.5,  5.0,   10.0};
/// From a request to a week.
inline constexpr std::array kSessionBounds = {1.0,   5.0,    15.0,    60.0,    300.0,
                                              900.0, 3600.0, 14400.0, 86400.0, 604800.0};
/// Sessions expire on whole seconds, so up to 1 s is meant to be; what is more, the worker was
/// late.
inline constexpr std::array kCleanupLagBounds = {0.5, 1.0, 1.05, 1.1, 1.25,
                                                 1.5, 2.0, 3.0,  5.0, 10.0};
/// From one session to as many as a worker has.
inline constexpr std::array kCleanupDurationBounds = {0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                      0.025,  0.05,   0.1,   0.25,   1.0};

/// The address that most of what was added lately came from, if there is one: the majority vote of
/// Boyer and Moore, in constant space whatever strangers do. It forgets half each time it has seen
/// kForgetAfter, so it follows what changes.
class MajoritySource {
 public:
  static constexpr std::uint64_t kForgetAfter = 1000;

  void add(const PeerAddress& source) {
    if (votes_ == 0) candidate_ = source;
    votes_ = candidate_.ip == source.ip ? votes_ + 1 : votes_ - 1;
    if (++seen_ < kForgetAfter) return;
    seen_ /= 2;
    votes_ /= 2;
  }

  std::uint64_t seen() const { return seen_; }
  /// The address that at least nine in ten came from, of at least `least`. The votes are those for
  /// it less those against it.
  std::optional<PeerAddress> nearly_all(std::uint64_t least) const {
    if (seen_ < std::max<std::uint64_t>(least, 1) || votes_ * 10 < seen_ * 8) return std::nullopt;
    return candidate_;
  }

 private:
  PeerAddress candidate_;
  std::uint64_t votes_ = 0;
  std::uint64_t seen_ = 0;
};

/// What the daemon counts about the sessions of one endpoint beside what the endpoint counts. Costs
/// handshakes and ends of sessions something, and packets nothing.
struct SessionFigures {
  Histogram handshakes{kHandshakeBounds};  ///< From the client's hello to its Finished.
  Histogram durations{kSessionBounds};     ///< Of the sessions that have ended.
  /// Of the sessions that have expired: how long after their time was up.
  Histogram cleanup_lags{kCleanupLagBounds};
  /// Of the turns in which sessions have expired, until all were told of.
  Histogram cleanup_durations{kCleanupDurationBounds};
  std::uint64_t migrations = 0;
  MajoritySource sources;
};

}  // namespace jetstream::daemon
