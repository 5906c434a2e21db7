// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, asks the backend and answers.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void health(HealthAdmin& health, const AdminCall& call);
void wait(HealthAdmin& health, const AdminCall& call);
void metrics(HealthAdmin& health, const AdminCall& call);
void stats(HealthAdmin& health, const AdminCall& call);

}  // namespace jetstream::daemon
