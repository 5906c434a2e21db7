// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kHealthArgs{
    ArgSpec{"live", ArgType::kBoolean, false, 0, 0,
            "Ask whether anything short of a restart helps, instead of whether new clients are "
            "welcome."},
};
constexpr std::array kWaitArgs{
    ArgSpec{"until", ArgType::kText, true, 1, 64,
            "ready, drained (a drain is over), or sessions<=N."},
    ArgSpec{"timeout_ms", ArgType::kInteger, true, 1, kWaitMaxMs,
            "After which the answer is the error timeout."},
};
constexpr std::array kStatsArgs{
    ArgSpec{"prefix", ArgType::kText, false, 1, 128,
            "Only metrics whose name begins so, with or without jetstreamd_."},
};

constexpr std::array kHealthCommands{
    CommandSpec{CommandId::kHealth, "health", Access::kRead, false, true, kHealthArgs,
                "Tell whether the daemon is well, and what it has found wrong."},
    CommandSpec{CommandId::kWait, "wait", Access::kRead, false, false, kWaitArgs,
                "Answer when the daemon has come so far. Whoever shuts down the sending side has "
                "stopped waiting."},
    CommandSpec{CommandId::kMetrics,
                "metrics",
                Access::kRead,
                false,
                false,
                {},
                "Show all metrics as Prometheus reads them."},
    CommandSpec{CommandId::kStats, "stats", Access::kRead, false, true, kStatsArgs,
                "Show metrics for people."},
};

}  // namespace

std::span<const CommandSpec> health_commands() { return kHealthCommands; }

}  // namespace jetstream::control
