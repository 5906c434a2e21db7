// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void hello(const AdminCall& call);
void ping(const AdminCall& call);
void list_commands(const AdminCall& call);
void status(DaemonAdmin& daemon, AdminCall call);
void stop(DaemonAdmin& daemon, AdminCall call);

}  // namespace jetstream::daemon
