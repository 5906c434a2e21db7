// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void drain_start(DrainAdmin& drain, AdminCall call);
void drain_cancel(DrainAdmin& drain, AdminCall call);
void drain_status(DrainAdmin& drain, AdminCall call);

}  // namespace jetstream::daemon
