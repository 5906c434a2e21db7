// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/access/access_control.h"
#include "daemon/admin/source_admin.h"
#include "daemon/workers/worker_group.h"

namespace jetstream::daemon {

/// Asks the workers about the addresses that clients come from. Belongs to the main thread.
class AppSources final : public SourceAdmin {
 public:
  AppSources(WorkerGroup& workers, const Config& config, const AccessControl& access)
      : workers_(workers), config_(config), access_(access) {}

  void list_sources(bool all, std::size_t limit, Done<SourcePage> done) override;
  void reset_source(const PeerAddress& address, Done<control::SourceResetReport> done) override;
  void explain(const PeerAddress& address, Done<control::ExplainReport> done) override;

 private:
  WorkerGroup& workers_;
  const Config& config_;
  const AccessControl& access_;
};

}  // namespace jetstream::daemon
