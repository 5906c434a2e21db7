// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kStopArgs{
    ArgSpec{"now", ArgType::kBoolean, false, 0, 0, "Close all sessions and exit at once."},
};

constexpr std::array kDaemonCommands{
    CommandSpec{CommandId::kHello,
                "hello",
                Access::kRead,
                false,
                false,
                {},
                "Say who the daemon is and what the caller may do."},
    CommandSpec{CommandId::kPing,
                "ping",
                Access::kRead,
                false,
                false,
                {},
                "Answer, to show that the daemon is alive."},
    CommandSpec{CommandId::kStatus,
                "status",
                Access::kRead,
                false,
                false,
                {},
                "Show the state of the daemon on one screen."},
    CommandSpec{CommandId::kStop, "stop", Access::kAdmin, true, false, kStopArgs,
                "Drain, then exit."},
    CommandSpec{CommandId::kCommands,
                "commands",
                Access::kRead,
                false,
                true,
                {},
                "List the commands with their arguments and roles."},
};

}  // namespace

std::span<const CommandSpec> daemon_commands() { return kDaemonCommands; }

}  // namespace jetstream::control
