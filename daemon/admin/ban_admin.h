// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/access/access_control.h"
#include "daemon/access/ban_loads.h"

namespace jetstream::daemon {

/// What the admin socket wants of bans. Both live on the main thread, as the handlers do, so
/// everything is answered at once.
struct BanAdmin {
  AccessControl& access;
  BanLoads& loads;
};

}  // namespace jetstream::daemon
