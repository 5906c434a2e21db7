// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/ban_admin.h"
#include "daemon/config_admin.h"
#include "daemon/daemon_admin.h"
#include "daemon/drain_admin.h"
#include "daemon/event_admin.h"
#include "daemon/health_admin.h"
#include "daemon/limit_admin.h"
#include "daemon/log_admin.h"
#include "daemon/session_admin.h"
#include "daemon/source_admin.h"

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
