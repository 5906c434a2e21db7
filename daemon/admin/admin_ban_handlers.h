// SPDX-License-Identifier: MIT
//
// One function a command: checks what the table of commands can't, changes the bans, answers, and
// records what changes something.
#pragma once

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

void ban_add(const BanAdmin& admin, const AdminCall& call);
void ban_del(const BanAdmin& admin, const AdminCall& call);
void ban_list(const BanAdmin& admin, const AdminCall& call);
void ban_clear(const BanAdmin& admin, const AdminCall& call);
void ban_load_begin(const BanAdmin& admin, const AdminCall& call);
void ban_load_items(const BanAdmin& admin, const AdminCall& call);
void ban_load_commit(const BanAdmin& admin, const AdminCall& call);

/// As operators see it.
control::BanRow ban_row(const Ban& ban, control::UnixTime now);

}  // namespace jetstream::daemon
