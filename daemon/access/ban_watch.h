// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <atomic>

#include "daemon/access/access_control.h"
#include "daemon/access/dynamic_bans.h"

namespace jetstream::daemon {

/// Brings what the workers see of abuse to those who decide about bans. Belongs to the main thread.
class BanWatch {
 public:
  /// So many reports wait for the main thread at most; what comes beyond that is lost. Who is
  /// reported that often is reported again.
  static constexpr std::size_t kWaitingMax = 1024;

  /// All must outlive this.
  BanWatch(asio::io_context& io, const Config& config, AccessControl& access)
      : io_(io), config_(config), access_(access), bans_(config) {
    configure();
  }

  /// A client at `peer`, which it has proven to be at, has done something wrong. From any thread.
  void report(const PeerAddress& peer);
  /// The configuration has changed.
  void configure() { enabled_ = config_.dynamic_bans.enabled; }
  /// What was reported and could count.
  std::uint64_t evidence() const { return evidence_; }

 private:
  void take(const PeerAddress& peer);

  asio::io_context& io_;
  const Config& config_;
  AccessControl& access_;
  DynamicBans bans_;
  std::atomic<bool> enabled_ = false;
  std::atomic<std::size_t> waiting_ = 0;
  std::uint64_t evidence_ = 0;
};

}  // namespace jetstream::daemon
