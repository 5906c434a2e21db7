// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "jetstream/control/ban_messages.h"
#include "jetstream/control/command.h"
#include "jetstream/control/config_messages.h"
#include "jetstream/control/daemon_messages.h"
#include "jetstream/control/drain_messages.h"
#include "jetstream/control/event_messages.h"
#include "jetstream/control/health_messages.h"
#include "jetstream/control/limit_messages.h"
#include "jetstream/control/log_messages.h"
#include "jetstream/control/session_messages.h"
#include "jetstream/control/source_messages.h"
#include "jetstream/result.h"

namespace jetstream::control {

/// What a request was called by its sender, echoed in every line of the answer.
using RequestId = std::variant<std::monostate, std::string, std::int64_t>;

struct NoArgs {
  friend bool operator==(const NoArgs&, const NoArgs&) = default;
};

/// The arguments of all commands.
using Args =
    std::variant<NoArgs, SessionListArgs, SessionShowArgs, SessionCloseArgs, SessionClosedArgs,
                 DrainStartArgs, StopArgs, LogLevelArgs, LogTailArgs, LimitShowArgs, BanAddArgs,
                 BanDelArgs, BanListArgs, BanClearArgs, BanLoadItemsArgs, BanLoadCommitArgs,
                 SourceListArgs, SourceResetArgs, ExplainArgs, EventsArgs, SessionWatchArgs,
                 ConfigShowArgs, ConfigReloadArgs, HealthArgs, WaitArgs, StatsArgs>;
/// Those of a command as they are when nothing is given.
Args blank_args(CommandId command);

struct Request {
  RequestId id;
  CommandId command = CommandId::kPing;
  Args args;  ///< The alternative that belongs to `command`.
  /// Why the caller does this, for the audit trail.
  std::optional<std::string> because{};
  /// A name that the caller gives to this change, so that asking again does not do it again.
  std::optional<std::string> request_id{};
  friend bool operator==(const Request&, const Request&) = default;
};

/// A line that is no valid request: what to answer, under the id and for the command if those could
/// be read.
struct RequestFault {
  RequestId id;
  std::optional<CommandId> command;
  Failure failure;
};

/// Bytes of Request::because.
inline constexpr std::size_t kBecauseBytesMax = 200;
/// Bytes of Request::request_id, and of an id that is a string.
inline constexpr std::size_t kRequestIdBytesMax = 64;
/// The JSON object of a request's arguments.
std::string write_args(const Args& args);
/// Reads one line (without newline) and checks all of it against the table of commands.
Result<Request, RequestFault> parse_request(std::string_view line);
/// The line for a request, newline included.
std::string write_request(const Request& request);

}  // namespace jetstream::control
