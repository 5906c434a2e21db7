// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

/// Any command of the family.
void handle_limits(LimitAdmin& limits, AdminCall call);

}  // namespace jetstream::daemon
