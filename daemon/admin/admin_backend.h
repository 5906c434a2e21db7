// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/admin/ban_admin.h"
#include "daemon/admin/config_admin.h"
#include "daemon/admin/daemon_admin.h"
#include "daemon/admin/drain_admin.h"
#include "daemon/admin/event_admin.h"
#include "daemon/admin/health_admin.h"
#include "daemon/admin/limit_admin.h"
#include "daemon/admin/log_admin.h"
#include "daemon/admin/session_admin.h"
#include "daemon/admin/source_admin.h"

namespace jetstream::daemon {

/// All that the admin socket knows of the daemon behind it, a part for each family of commands.
/// Each must outlive whoever holds this.
struct AdminBackend {
  DaemonAdmin& daemon;
  SessionAdmin& sessions;
  DrainAdmin& drain;
  LimitAdmin& limits;
  SourceAdmin& sources;
  BanAdmin bans;
  LogAdmin& log;
  EventAdmin& events;
  ConfigAdmin& config;
  HealthAdmin& health;
};

}  // namespace jetstream::daemon
