// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "daemon/health/snapshot.h"
#include "jetstream/result.h"

namespace jetstream::daemon {

/// Tells metrics and health by HTTP: GET and HEAD of /metrics, /livez and /readyz. Has a thread of
/// its own and only ever reads snapshots, so neither a worker nor the main loop notices how many
/// ask, how slowly, or with what. Answers also when the main loop hangs: that is what /livez is
/// for.
class MetricsServer {
 public:
  /// Listens at "ADDRESS:PORT" or "unix:PATH". kSystem says what failed.
  static Result<std::unique_ptr<MetricsServer>> start(const std::string& where);
  /// Closes every connection.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  /// What is told from now on; once a second or more often, because what is older is taken for the
  /// sign of a main loop that hangs. From any thread.
  void publish(std::shared_ptr<const Snapshot> snapshot);

  /// What was really bound, where the port was left to the system.
  const std::string& address() const { return address_; }

 private:
  class Loop;
  MetricsServer();

  std::unique_ptr<Loop> loop_;
  std::string address_;
};

}  // namespace jetstream::daemon
