// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kLimitArgs{
    ArgSpec{"ids", ArgType::kSessionIds, false, 1, kSessionIdsMax,
            "Of these sessions; left out: of the daemon, over all sessions."},
};

constexpr std::array kLimitCommands{
    CommandSpec{CommandId::kLimitShow, "limit.show", Access::kRead, false, true, kLimitArgs,
                "Show the rate limits, their tokens, and what they held back and dropped."},
    CommandSpec{CommandId::kLimitSuggest,
                "limit.suggest",
                Access::kRead,
                false,
                true,
                {},
                "Suggest limits by what was asked of them during the last day."},
};

}  // namespace

std::span<const CommandSpec> limit_commands() { return kLimitCommands; }

}  // namespace jetstream::control
