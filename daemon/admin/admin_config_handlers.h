// SPDX-License-Identifier: MIT
//
// The commands of the configuration: checks what the table of commands can't, asks the backend,
// answers, and records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

/// One of the commands config.*.
void handle_config(ConfigAdmin& config, AdminCall call);

}  // namespace jetstream::daemon
