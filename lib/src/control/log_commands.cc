// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kLogLevelArgs{
    ArgSpec{"level", ArgType::kText, false, 4, 7,
            "trace, debug, info, warning or error; left out: stays as it is."},
};

constexpr std::array kLogCommands{
    CommandSpec{CommandId::kLogLevel, "log.level", Access::kAdmin, true, false, kLogLevelArgs,
                "Show or change the least severe events that are logged, until the next start."},
};

}  // namespace

std::span<const CommandSpec> log_commands() { return kLogCommands; }

}  // namespace jetstream::control
