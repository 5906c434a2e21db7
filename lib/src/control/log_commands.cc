// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kLogLevelArgs{
    ArgSpec{"level", ArgType::kText, false, 4, 7,
            "trace, debug, info, warning or error; default: what is configured; left out: stays as "
            "it is."},
    ArgSpec{"module", ArgType::kText, false, 1, 32,
            "Only of the events whose names begin with it and a dot."},
    ArgSpec{"for_ms", ArgType::kInteger, false, 1, kLogForMaxMs,
            "After which the configured level holds again; left out: until the next start."},
};
constexpr std::array kLogTailArgs{
    ArgSpec{"level", ArgType::kText, false, 4, 7,
            "trace, debug, info, warning or error; info if left out."},
    ArgSpec{"module", ArgType::kText, false, 1, 32,
            "Only of the events whose names begin with it and a dot."},
    ArgSpec{"session", ArgType::kText, false, 1, 20,
            "Only of this session; needs role operate, since it looks into what one client does."},
    ArgSpec{"for_ms", ArgType::kInteger, false, 1, kLogForMaxMs,
            "After which it ends by itself; ten minutes if left out."},
};

constexpr std::array kLogCommands{
    CommandSpec{CommandId::kLogLevel, "log.level", Access::kOperate, true, false, kLogLevelArgs,
                "Show or change the least severe events that are logged."},
    CommandSpec{CommandId::kLogTail, "log.tail", Access::kRead, false, false, kLogTailArgs,
                "Show log events as they come, finer than the log if wanted.", true},
};

}  // namespace

std::span<const CommandSpec> log_commands() { return kLogCommands; }

}  // namespace jetstream::control
