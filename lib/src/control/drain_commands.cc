// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

/// As many as sessions.max can be.
constexpr std::uint64_t kSessionsLeftMax = 1048576;

constexpr std::array kDrainArgs{
    ArgSpec{"deadline_ms", ArgType::kInteger, false, 0, kDrainDeadlineMaxMs,
            "After which sessions are closed that have not come to their end; drain.deadline of "
            "the configuration if left out."},
    ArgSpec{
        "pace_ms", ArgType::kInteger, false, 0, kDrainDeadlineMaxMs,
        "Over how long sessions are asked to end, instead of drain.pace, however few they are."},
    ArgSpec{"retry_after_ms", ArgType::kInteger, false, 0, kRetryAfterMaxMs,
            "When clients are told to come back, instead of drain.retry_after."},
    ArgSpec{"alternate", ArgType::kText, false, 1, 64,
            "The address where clients are told to go meanwhile, instead of drain.alternate."},
    ArgSpec{"sessions_left", ArgType::kInteger, false, 0, kSessionsLeftMax,
            "The drain is over as soon as no more sessions than this are left."},
    ArgSpec{"then", ArgType::kText, false, 4, 4,
            "hold: stay, and take no sessions; exit: close what is left and stop, which needs role "
            "admin. hold if left out."},
    ArgSpec{"hold_ms", ArgType::kInteger, false, 1000, kDrainDeadlineMaxMs,
            "With hold: after which sessions are taken again by themselves, so that nobody has to "
            "remember it; left out: at drain.cancel only."},
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
