// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void session_list(SessionAdmin& sessions, AdminCall call);
void session_show(SessionAdmin& sessions, AdminCall call);
/// Bans as well, if that is asked for.
void session_close(SessionAdmin& sessions, BanAdmin bans, AdminCall call);
void session_closed(SessionAdmin& sessions, AdminCall call);

}  // namespace jetstream::daemon
