// SPDX-License-Identifier: MIT
//
// The table of commands is kept by families, one file each: FAMILY_commands.cc.
#pragma once

#include <span>

#include "jetstream/control.h"

namespace jetstream::control {

std::span<const CommandSpec> ban_commands();
std::span<const CommandSpec> daemon_commands();
std::span<const CommandSpec> session_commands();
std::span<const CommandSpec> source_commands();
std::span<const CommandSpec> drain_commands();
std::span<const CommandSpec> limit_commands();
std::span<const CommandSpec> log_commands();
std::span<const CommandSpec> event_commands();
std::span<const CommandSpec> config_commands();
std::span<const CommandSpec> health_commands();

}  // namespace jetstream::control
