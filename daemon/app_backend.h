// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/admin_backend.h"
#include "daemon/app_daemon.h"
#include "daemon/app_drain.h"
#include "daemon/app_limits.h"
#include "daemon/app_log.h"
#include "daemon/app_sessions.h"

namespace jetstream::daemon {

/// What answers the admin socket, put together. Belongs to the main thread.
struct AppBackend {
  AppDaemon daemon;
  AppSessions sessions;
  AppDrain drain;
  AppLimits limits;
  BanAdmin bans;
  AppLog log;

  AdminBackend parts() { return {daemon, sessions, drain, limits, bans, log}; }
};

}  // namespace jetstream::daemon
