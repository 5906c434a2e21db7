// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void log_level(LogAdmin& log, const AdminCall& call);
void log_tail(EventAdmin& events, SessionAdmin& sessions, AdminCall call);

}  // namespace jetstream::daemon
