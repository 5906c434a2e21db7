// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "base/assert.h"
#include "jetstream/control.h"

namespace jetstream::control {
namespace {

constexpr std::array kListArgs{
    ArgSpec{"limit", ArgType::kInteger, false, 1, kListLimitMax, "Rows to answer at most."},
    ArgSpec{"cursor", ArgType::kText, false, 1, 64,
            "Where the last answer ended: its `cursor`, unchanged."},
};
constexpr std::array kShowArgs{
    ArgSpec{"ids", ArgType::kSessionIds, true, 1, kSessionIdsMax, "The sessions to show."},
};
constexpr std::array kCloseArgs{
    ArgSpec{"ids", ArgType::kSessionIds, true, 1, kSessionIdsMax, "The sessions to close."},
    ArgSpec{"reason", ArgType::kCloseReason, false, 0, 0,
            "The reason that the peer is told; going_away if left out."},
    ArgSpec{"message", ArgType::kText, false, 0, kCloseMessageBytesMax,
            "A sentence that the peer is told."},
};
constexpr std::array kClosedArgs{
    ArgSpec{"limit", ArgType::kInteger, false, 1, kClosedKept, "Rows to answer at most."},
};
constexpr std::array kDrainArgs{
    ArgSpec{"deadline_ms", ArgType::kInteger, false, 0, kDrainDeadlineMaxMs,
            "After which sessions are closed that have not come to their end; drain.deadline of "
            "the configuration if left out."},
};
constexpr std::array kStopArgs{
    ArgSpec{"now", ArgType::kBoolean, false, 0, 0, "Close all sessions and exit at once."},
};

constexpr std::array kLogLevelArgs{
    ArgSpec{"level", ArgType::kText, false, 4, 7,
            "trace, debug, info, warning or error; left out: stays as it is."},
};

constexpr std::array kLimitArgs{
    ArgSpec{"ids", ArgType::kSessionIds, false, 1, kSessionIdsMax,
            "Of these sessions; left out: of the daemon, over all sessions."},
};

constexpr std::array kTable{
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
    CommandSpec{CommandId::kSessionList, "session.list", Access::kRead, false, true, kListArgs,
                "List sessions, the oldest first."},
    CommandSpec{CommandId::kSessionShow, "session.show", Access::kRead, false, true, kShowArgs,
                "Show all that is known about sessions, their streams included."},
    CommandSpec{CommandId::kSessionClose, "session.close", Access::kOperate, true, true, kCloseArgs,
                "Close sessions and tell their peers why."},
    CommandSpec{CommandId::kSessionClosed, "session.closed", Access::kRead, false, true,
                kClosedArgs, "List sessions that have ended, the newest first."},
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
    CommandSpec{CommandId::kStop, "stop", Access::kAdmin, true, false, kStopArgs,
                "Drain, then exit."},
    CommandSpec{CommandId::kCommands,
                "commands",
                Access::kRead,
                false,
                true,
                {},
                "List the commands with their arguments and roles."},
    CommandSpec{CommandId::kLogLevel, "log.level", Access::kAdmin, true, false, kLogLevelArgs,
                "Show or change the least severe events that are logged, until the next start."},
    CommandSpec{CommandId::kLimitShow, "limit.show", Access::kRead, false, true, kLimitArgs,
                "Show the rate limits, their tokens, and what they held back and dropped."},
};

constexpr bool in_order_of_id() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].id) != i) return false;
  }
  return true;
}
static_assert(in_order_of_id(), "spec_of() looks up by position");

}  // namespace

std::span<const CommandSpec> command_table() { return kTable; }

const CommandSpec& spec_of(CommandId command) {
  const auto index = static_cast<std::size_t>(command);
  JS_ASSERT(index < kTable.size());
  return kTable[index];
}

const CommandSpec* find_command(std::string_view name) {
  const auto* found = std::find_if(kTable.begin(), kTable.end(),
                                   [&](const CommandSpec& spec) { return spec.name == name; });
  return found == kTable.end() ? nullptr : found;
}

std::string schema_of(CommandId command) {
  return "jetstreamd." + std::string(spec_of(command).name) + "/1";
}

CommandRow row_of(const CommandSpec& spec) {
  CommandRow row{std::string(spec.name),
                 std::string(to_string(spec.access)),
                 spec.mutating,
                 {},
                 std::string(spec.doc)};
  for (const ArgSpec& arg : spec.args) {
    row.args.push_back({std::string(arg.name), std::string(to_string(arg.type)), arg.required,
                        std::string(arg.doc)});
  }
  return row;
}

}  // namespace jetstream::control
