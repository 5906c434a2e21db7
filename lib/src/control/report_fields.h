// SPDX-License-Identifier: MIT
//
// The fields of everything that the admin protocol carries, once. The JSON writer, the JSON reader
// and the generator of docs/CONTROL.md are visitors of describe(), so a field can't be written,
// read and documented differently.
//
// For rows and reports a visitor is called as visit(name, member, meaning), for arguments as
// visit(name, member), since those have their meaning in the table of commands; in the order of the
// output.
#pragma once

#include "control/ban_fields.h"
#include "control/config_fields.h"
#include "control/daemon_fields.h"
#include "control/drain_fields.h"
#include "control/event_fields.h"
#include "control/health_fields.h"
#include "control/limit_fields.h"
#include "control/log_fields.h"
#include "control/session_fields.h"
#include "control/source_fields.h"
#include "jetstream/control/request.h"

namespace jetstream::control {

template <class V>
void describe(NoArgs&, V&&) {}

}  // namespace jetstream::control
