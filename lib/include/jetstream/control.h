// SPDX-License-Identifier: MIT
//
// The admin protocol that jsctl and jetstreamd speak over a Unix socket: JSON objects, one a line,
// each way. A request is {"id"?, "cmd", "args"?}; its answer is any number of "item" lines and then
// exactly one "result" or "error" line. A streaming command answers with "event" lines until the
// caller leaves. docs/CONTROL.md is generated from what is declared here.
//
// No function here throws, reads a clock or touches a socket; all may be called from any thread.
#pragma once

#include "jetstream/control/ban_messages.h"
#include "jetstream/control/command.h"
#include "jetstream/control/config_messages.h"
#include "jetstream/control/daemon_messages.h"
#include "jetstream/control/drain_messages.h"
#include "jetstream/control/event_messages.h"
#include "jetstream/control/health_messages.h"
#include "jetstream/control/limit_messages.h"
#include "jetstream/control/log_messages.h"
#include "jetstream/control/reply.h"
#include "jetstream/control/request.h"
#include "jetstream/control/session_messages.h"
#include "jetstream/control/source_messages.h"
#include "jetstream/control/values.h"
