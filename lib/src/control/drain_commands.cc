// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kDrainArgs{
    ArgSpec{"deadline_ms", ArgType::kInteger, false, 0, kDrainDeadlineMaxMs,
            "After which sessions are closed that have not come to their end; drain.deadline of "
            "the configuration if left out."},
};

constexpr std::array kDrainCommands{
    CommandSpec{CommandId::kDrainStart, "drain.start", Access::kOperate, true, false, kDrainArgs,
                "Take no new sessions, and ask every session to come to its end."},
    CommandSpec{CommandId::kDrainCancel,
                "drain.cancel",
                Access::kOperate,
                true,
                false,
                {},
                "Take sessions again; those that were asked to end still do."},
    CommandSpec{CommandId::kDrainStatus,
                "drain.status",
                Access::kRead,
                false,
                false,
                {},
                "Show how far a drain has come."},
};

}  // namespace

std::span<const CommandSpec> drain_commands() { return kDrainCommands; }

}  // namespace jetstream::control
