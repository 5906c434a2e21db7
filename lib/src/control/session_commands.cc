// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kListArgs{
    ArgSpec{"limit", ArgType::kInteger, false, 1, kListLimitMax, "Rows to answer at most."},
    ArgSpec{"cursor", ArgType::kText, false, 1, 64,
            "Where the last answer ended: its `cursor`, unchanged."},
    ArgSpec{"filter", ArgType::kText, false, 0, kFilterTextMax,
            "Which sessions: all of them if left out."},
    ArgSpec{"sort", ArgType::kText, false, 1, 64,
            "The field to order by, the smallest first; with a minus the greatest first."},
    ArgSpec{"fields", ArgType::kTexts, false, 1, kFieldsMax,
            "The fields that rows have in the answer: all of them if left out."},
};

/// As many as a daemon may have, of which sessions.max is the limit.
constexpr std::uint64_t kSessionsMost = 1'000'000;

constexpr std::array kShowArgs{
    ArgSpec{"ids", ArgType::kSessionIds, true, 1, kSessionIdsMax, "The sessions to show."},
};

constexpr std::array kCloseArgs{
    ArgSpec{"ids", ArgType::kSessionIds, false, 1, kSessionIdsMax, "The sessions to close."},
    ArgSpec{"match", ArgType::kText, false, 1, kFilterTextMax,
            "A filter: closes all sessions that match."},
    ArgSpec{"max", ArgType::kInteger, false, 1, kSessionsMost,
            "Closes nothing if more than so many match."},
    ArgSpec{"dry_run", ArgType::kBoolean, false, 0, 0, "Closes nothing: tells what matches."},
    ArgSpec{"plan", ArgType::kBoolean, false, 0, 0,
            "Closes nothing: tells what matches, and gives a token for it."},
    ArgSpec{"apply", ArgType::kText, false, 1, 64,
            "A plan's token: closes what it told of, unless more match now."},
    ArgSpec{"reason", ArgType::kCloseReason, false, 0, 0,
            "The reason that the peer is told; going_away if left out."},
    ArgSpec{"message", ArgType::kText, false, 0, kCloseMessageBytesMax,
            "A sentence that the peer is told."},
    ArgSpec{"retry_after_ms", ArgType::kInteger, false, 0, kRetryAfterMaxMs,
            "When the peer is told to come back."},
    ArgSpec{"silent", ArgType::kBoolean, false, 0, 0,
            "Tells the peer nothing; it finds out when it sends next."},
    ArgSpec{"ban_ms", ArgType::kInteger, false, 1, kBanMsMax,
            "For so long the addresses of the closed sessions are banned as well: an IPv4 address, "
            "or the /64 of an IPv6 address."},
};

constexpr std::array kClosedArgs{
    ArgSpec{"limit", ArgType::kInteger, false, 1, kListLimitMax, "Rows to answer at most."},
    ArgSpec{"filter", ArgType::kText, false, 0, kFilterTextMax, "Which of them: all if left out."},
    ArgSpec{"since_ms", ArgType::kInteger, false, 1, kClosedSinceMaxMs,
            "Only those that ended so short a time ago."},
    ArgSpec{"cursor", ArgType::kText, false, 1, 64,
            "Where the last answer ended: its `cursor`, unchanged."},
};

constexpr std::array kSessionCommands{
    CommandSpec{CommandId::kSessionList, "session.list", Access::kRead, false, true, kListArgs,
                "List sessions, the oldest first."},
    CommandSpec{CommandId::kSessionShow, "session.show", Access::kRead, false, true, kShowArgs,
                "Show all that is known about sessions, their streams included."},
    CommandSpec{CommandId::kSessionClose, "session.close", Access::kOperate, true, true, kCloseArgs,
                "Close sessions and tell their peers why: some by their ids, or all that match."},
    CommandSpec{CommandId::kSessionClosed, "session.closed", Access::kRead, false, true,
                kClosedArgs, "List sessions that have ended, the newest first."},
};

}  // namespace

std::span<const CommandSpec> session_commands() { return kSessionCommands; }

}  // namespace jetstream::control
