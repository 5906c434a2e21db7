// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/admin/admin_backend.h"
#include "daemon/admin/event_hub.h"
#include "daemon/app/app_config.h"
#include "daemon/app/app_daemon.h"
#include "daemon/app/app_drain.h"
#include "daemon/app/app_health.h"
#include "daemon/app/app_limits.h"
#include "daemon/app/app_log.h"
#include "daemon/app/app_sessions.h"
#include "daemon/app/app_sources.h"

namespace jetstream::daemon {

/// What answers the admin socket, put together. Belongs to the main thread.
struct AppBackend {
  AppDaemon daemon;
  AppSessions sessions;
  AppDrain drain;
  AppLimits limits;
  AppSources sources;
  BanAdmin bans;
  AppLog& log;
  EventHub& events;
  AppConfig config;
  AppHealth health;

  AdminBackend parts() {
    return {daemon, sessions, drain, limits, sources, bans, log, events, config, health};
  }
};

}  // namespace jetstream::daemon
