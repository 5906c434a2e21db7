// SPDX-License-Identifier: MIT
#pragma once

#include <set>

#include "cli/jscat/runner.h"

namespace jetstream::jscat {

/// Sets up many sessions with one server, a limited number at the same time.
class SessionOpener {
 public:
  /// `wanted` sessions, of which `parallel` are under way at once.
  SessionOpener(Runner& runner, const ConnectOptions& options, std::uint64_t wanted,
                std::uint64_t parallel);

  /// Starts handshakes until enough are under way.
  void fill(Instant now);
  /// True if `event` ended one of the handshakes, well or badly.
  bool take(const Event& event);
  /// Starts no more.
  void stop() { wanted_ = 0; }

  /// Nothing is under way and nothing will be.
  bool settled() const { return running_.empty() && !may_start(); }
  std::uint64_t opened() const { return opened_; }
  std::uint64_t failed() const { return failed_; }
  /// Why the last failed handshake did.
  const std::optional<CloseInfo>& loss() const { return loss_; }

 private:
  bool may_start() const;

  Runner& runner_;
  const ConnectOptions& options_;
  std::uint64_t wanted_;
  std::uint64_t parallel_;
  std::set<SessionHandle> running_;
  std::uint64_t opened_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t failed_in_a_row_ = 0;
  std::optional<CloseInfo> loss_;
};

}  // namespace jetstream::jscat
