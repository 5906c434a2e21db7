// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void source_list(SourceAdmin& sources, AdminCall call);
void source_reset(SourceAdmin& sources, AdminCall call);
void explain(SourceAdmin& sources, AdminCall call);

}  // namespace jetstream::daemon
