// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/admin_backend.h"
#include "daemon/app_config.h"
#include "daemon/app_daemon.h"
#include "daemon/app_drain.h"
#include "daemon/app_health.h"
#include "daemon/app_limits.h"
#include "daemon/app_log.h"
#include "daemon/app_sessions.h"
#include "daemon/app_sources.h"
#include "daemon/event_hub.h"

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
