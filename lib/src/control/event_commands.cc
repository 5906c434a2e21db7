// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"
#include "control/filter.h"

namespace jetstream::control {
namespace {

constexpr std::array kEventsArgs{
    ArgSpec{"types", ArgType::kTexts, false, 1, 32,
            "Only these: names such as session.closed, or what stands before their dot for all of "
            "them."},
    ArgSpec{"since", ArgType::kInteger, false, 0, UINT64_MAX,
            "Only those whose `seq` is above it, and a gap if some of them are forgotten."},
    ArgSpec{"no_follow", ArgType::kBoolean, false, 0, 0,
            "Answer what is remembered, as items, and end."},
};
constexpr std::array kWatchArgs{
    ArgSpec{"filter", ArgType::kText, false, 0, kFilterBytesMax,
            "Only events whose type, id, peer, reason, code and by meet it."},
};

constexpr std::array kEventCommands{
    CommandSpec{CommandId::kEvents, "events", Access::kRead, false, true, kEventsArgs,
                "Show the notable events that are remembered, and those to come.", true},
    CommandSpec{CommandId::kSessionWatch, "session.watch", Access::kRead, false, false, kWatchArgs,
                "Show sessions that open, move, change keys and close, as it happens.", true},
};

}  // namespace

std::span<const CommandSpec> event_commands() { return kEventCommands; }

}  // namespace jetstream::control
