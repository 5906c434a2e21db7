// SPDX-License-Identifier: MIT
//
// The admin protocol that jsctl and jetstreamd speak over a Unix socket: JSON objects, one a line,
// each way. A request is {"id"?, "cmd", "args"?}; its answer is any number of "item" lines and then
// exactly one "result" or "error" line. docs/CONTROL.md is generated from what is declared here.
//
// No function here throws, reads a clock or touches a socket; all may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "jetstream/result.h"
#include "jetstream/types.h"

namespace jetstream::control {

/// Bytes of the longest request line, its newline not counted.
inline constexpr std::size_t kRequestBytesMax = 64 * 1024;
/// Bytes of the longest answer line. The longest real one is a session with
/// kStreamsListedMax streams, about 30 KiB.
inline constexpr std::size_t kReplyBytesMax = 1024 * 1024;
/// Rows a session.list answer may have, and how many it has if nobody asks.
inline constexpr std::uint64_t kListLimitMax = 1000;
inline constexpr std::uint64_t kListLimitDefault = 100;
/// Ended sessions that the daemon remembers, the newest ones, and so the most that session.closed
/// answers.
inline constexpr std::uint64_t kClosedKept = 1024;
/// The longest deadline that a drain can be given.
inline constexpr std::uint64_t kDrainDeadlineMaxMs = 24 * 60 * 60 * 1000;
/// Sessions that one show or close may name.
inline constexpr std::size_t kSessionIdsMax = 100;
/// Streams that session.show lists of one session; `streams_open` still counts all.
inline constexpr std::size_t kStreamsListedMax = 100;
/// Bytes of the message that a close sends to the peer: the field of CLOSE holds no more.
inline constexpr std::size_t kCloseMessageBytesMax = 255;

/// What a caller may do; each one includes those before it.
enum class Access : std::uint8_t { kNone, kRead, kOperate, kAdmin };
std::string_view to_string(Access access);  ///< "none", "read", "operate", "admin"
std::optional<Access> parse_access(std::string_view text);

/// Why a command was refused. The words are stable: scripts compare them.
enum class ErrorCode : std::uint8_t {
  kBadRequest,        ///< Not a request at all; mend the sender.
  kRequestTooLarge,   ///< Longer than kRequestBytesMax; the connection ends.
  kUnknownCommand,    ///< No such command; `commands` lists them.
  kUnknownArgument,   ///< The command has no such argument.
  kInvalidArgument,   ///< Missing, of the wrong type or out of range.
  kPermissionDenied,  ///< The caller's role does not suffice.
  kNotFound,          ///< Nothing of what was named exists.
  kConflict,          ///< It is in a state that forbids this, as closing what closes already.
  kBusy,              ///< Too many connections; try again later.
  kTimeout,           ///< The daemon did not answer itself in time.
  kInternal,          ///< A fault of the daemon, or a code that this side does not know.
};
std::string_view to_string(ErrorCode code);  ///< "bad_request", ...
/// kInternal for a word that this side does not know.
ErrorCode parse_error_code(std::string_view text);

/// What an error line says.
struct Failure {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;              ///< A sentence for people.
  std::optional<std::string> hint;  ///< What to do about it.
  friend bool operator==(const Failure&, const Failure&) = default;
};

// The table of commands.

enum class CommandId : std::uint8_t {
  kHello,
  kPing,
  kStatus,
  kSessionList,
  kSessionShow,
  kSessionClose,
  kSessionClosed,
  kDrainStart,
  kDrainCancel,
  kDrainStatus,
  kStop,
  kCommands,
  kLogLevel,
  kLimitShow,
};

enum class ArgType : std::uint8_t {
  kInteger,      ///< A JSON number between ArgSpec::min and max.
  kBoolean,      ///< true or false.
  kText,         ///< A string of min to max bytes without control characters.
  kCloseReason,  ///< The words of to_string(CloseReason).
  kSessionIds,   ///< An array of min to max session ids: decimal numbers as strings.
};
std::string_view to_string(ArgType type);  ///< "integer", "boolean", ...

/// One argument of a command.
struct ArgSpec {
  std::string_view name;
  ArgType type = ArgType::kText;
  bool required = false;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::string_view doc;
};

/// One command. The server dispatches on it, `commands` shows it, jsctl takes its help from it and
/// docs/CONTROL.md is generated from it.
struct CommandSpec {
  CommandId id = CommandId::kPing;
  std::string_view name;
  Access access = Access::kAdmin;  ///< The least role that may use it.
  bool mutating = true;            ///< It changes something, and so every use is audited.
  bool items = false;              ///< Its answer has item lines.
  std::span<const ArgSpec> args;
  std::string_view doc;
};

/// All commands, in the order of CommandId.
std::span<const CommandSpec> command_table();
const CommandSpec& spec_of(CommandId command);
const CommandSpec* find_command(std::string_view name);
/// "jetstreamd.session.list/1". Within a major version fields are only ever added.
std::string schema_of(CommandId command);

// Requests.

/// What a request was called by its sender, echoed in every line of the answer.
using RequestId = std::variant<std::monostate, std::string, std::int64_t>;

struct NoArgs {
  friend bool operator==(const NoArgs&, const NoArgs&) = default;
};
struct SessionListArgs {
  std::uint64_t limit = kListLimitDefault;
  std::optional<std::string> cursor;
  friend bool operator==(const SessionListArgs&, const SessionListArgs&) = default;
};
struct SessionShowArgs {
  std::vector<SessionId> ids;
  friend bool operator==(const SessionShowArgs&, const SessionShowArgs&) = default;
};
struct SessionCloseArgs {
  std::vector<SessionId> ids;
  CloseReason reason = CloseReason::kGoingAway;
  std::string message;
  friend bool operator==(const SessionCloseArgs&, const SessionCloseArgs&) = default;
};
struct SessionClosedArgs {
  std::uint64_t limit = kListLimitDefault;
  friend bool operator==(const SessionClosedArgs&, const SessionClosedArgs&) = default;
};
struct DrainStartArgs {
  std::optional<std::uint64_t> deadline_ms;
  friend bool operator==(const DrainStartArgs&, const DrainStartArgs&) = default;
};
struct StopArgs {
  bool now = false;
  friend bool operator==(const StopArgs&, const StopArgs&) = default;
};
struct LogLevelArgs {
  std::optional<std::string> level;
  friend bool operator==(const LogLevelArgs&, const LogLevelArgs&) = default;
};
struct LimitShowArgs {
  std::vector<SessionId> ids;
  friend bool operator==(const LimitShowArgs&, const LimitShowArgs&) = default;
};
using Args = std::variant<NoArgs, SessionListArgs, SessionShowArgs, SessionCloseArgs,
                          SessionClosedArgs, DrainStartArgs, StopArgs, LogLevelArgs, LimitShowArgs>;

struct Request {
  RequestId id;
  CommandId command = CommandId::kPing;
  Args args;  ///< The alternative that belongs to `command`.
  friend bool operator==(const Request&, const Request&) = default;
};

/// A line that is no valid request: what to answer, under the id and for the command if those could
/// be read.
struct RequestFault {
  RequestId id;
  std::optional<CommandId> command;
  Failure failure;
};

/// Reads one line (without newline) and checks all of it against the table of commands.
Result<Request, RequestFault> parse_request(std::string_view line);
/// The line for a request, newline included.
std::string write_request(const Request& request);
/// Reads "17", nothing else: no sign, no leading zero, no blanks; 1 is the first id.
std::optional<SessionId> parse_session_id(std::string_view text);

// What answers are made of. An absent optional is written as null, never left out.

/// Milliseconds since 1970-01-01 UTC, leap seconds not counted.
using UnixTime = Strong<struct UnixTimeTag, std::int64_t>;
/// "2026-11-21T20:53:04.117Z". Times outside of the years 0 to 9999 are moved to the nearest end.
std::string to_rfc3339(UnixTime time);
/// Reads to_rfc3339()'s form only.
std::optional<UnixTime> parse_rfc3339(std::string_view text);

/// Counters by name, a JSON object.
using NamedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

struct HelloReport {
  std::string version;
  std::string protocol;
  std::string role;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::optional<std::uint64_t> pid;
  friend bool operator==(const HelloReport&, const HelloReport&) = default;
};

struct PingReport {
  std::uint64_t pid = 0;
  friend bool operator==(const PingReport&, const PingReport&) = default;
};

struct StatusReport {
  std::string version;
  std::uint64_t pid = 0;
  std::string state;
  UnixTime started_at;
  std::uint64_t uptime_ms = 0;
  std::vector<std::string> listeners;
  std::uint64_t workers = 0;
  std::optional<std::string> identity;
  std::optional<std::string> config_path;
  std::optional<std::string> config_digest;
  std::uint64_t sessions = 0;
  std::uint64_t sessions_max = 0;
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_expired = 0;
  NamedCounts sessions_closed;
  std::uint64_t handshakes_started = 0;
  std::uint64_t handshakes_completed = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t rx_datagrams = 0;
  std::uint64_t tx_datagrams = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t resets_sent = 0;
  std::uint64_t resets_received = 0;
  std::uint64_t memory_held_bytes = 0;
  std::uint64_t memory_held_max_bytes = 0;
  std::uint64_t memory_budget_bytes = 0;
  NamedCounts admission;
  NamedCounts resumption;
  NamedCounts drops;
  NamedCounts rate_limit_waits;
  NamedCounts rate_limit_observed;
  NamedCounts rate_limit_drops;
  friend bool operator==(const StatusReport&, const StatusReport&) = default;
};

struct SessionRow {
  SessionId id;
  std::string peer;
  std::string state;
  std::string suite;
  UnixTime created_at;
  std::uint64_t age_ms = 0;
  std::uint64_t idle_ms = 0;
  std::uint64_t streams_open = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::optional<std::uint64_t> rtt_us;
  std::uint64_t cwnd_bytes = 0;
  std::uint64_t packets_lost = 0;
  std::optional<std::string> peer_identity;
  std::uint64_t worker = 0;
  friend bool operator==(const SessionRow&, const SessionRow&) = default;
};

struct StreamRow {
  std::uint64_t id = 0;
  std::string service;
  std::string state;
  std::string framing;
  std::string opened_by;
  std::uint64_t urgency = 0;
  std::uint64_t weight = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t rx_window_bytes = 0;
  std::uint64_t tx_window_bytes = 0;
  friend bool operator==(const StreamRow&, const StreamRow&) = default;
};

struct SessionDetail {
  SessionRow row;
  std::string local;
  std::uint64_t timeout_ms = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t tx_packets = 0;
  std::optional<std::uint64_t> min_rtt_us;
  std::uint64_t in_flight_bytes = 0;
  std::uint64_t datagram_bytes = 0;
  std::uint64_t heartbeats_answered = 0;
  std::optional<std::uint64_t> heartbeat_rtt_us;
  std::uint64_t times_limited = 0;
  std::vector<StreamRow> streams;
  friend bool operator==(const SessionDetail&, const SessionDetail&) = default;
};

enum class CloseOutcome : std::uint8_t {
  kClosed,          ///< CLOSE is on its way to the peer.
  kNotFound,        ///< No session has this id (any more).
  kAlreadyClosing,  ///< Either side had closed it before.
};
std::string_view to_string(CloseOutcome outcome);  ///< "closed", "not_found", "already_closing"
std::optional<CloseOutcome> parse_close_outcome(std::string_view text);
std::optional<CloseReason> parse_close_reason(std::string_view text);

struct CloseRow {
  SessionId id;
  CloseOutcome outcome = CloseOutcome::kNotFound;
  friend bool operator==(const CloseRow&, const CloseRow&) = default;
};

/// A session that has ended.
struct ClosedRow {
  SessionId id;
  std::string peer;
  std::string reason;
  std::string code;
  std::string by;
  std::string message;
  UnixTime ended_at;
  std::uint64_t duration_ms = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  friend bool operator==(const ClosedRow&, const ClosedRow&) = default;
};

/// How far a drain has come.
struct DrainReport {
  std::string state;
  std::uint64_t sessions_at_start = 0;
  std::uint64_t sessions_left = 0;
  std::uint64_t elapsed_ms = 0;
  std::uint64_t deadline_ms = 0;
  std::optional<std::uint64_t> eta_ms;
  friend bool operator==(const DrainReport&, const DrainReport&) = default;
};

struct ClosedSummary {
  std::uint64_t count = 0;
  std::uint64_t remembered = 0;
  friend bool operator==(const ClosedSummary&, const ClosedSummary&) = default;
};
struct ListSummary {
  std::uint64_t count = 0;
  std::uint64_t table_size = 0;
  std::optional<std::string> cursor;
  friend bool operator==(const ListSummary&, const ListSummary&) = default;
};
struct ShowSummary {
  std::uint64_t count = 0;
  std::vector<SessionId> not_found;
  friend bool operator==(const ShowSummary&, const ShowSummary&) = default;
};
struct CloseSummary {
  std::uint64_t requested = 0;
  std::uint64_t closed = 0;
  friend bool operator==(const CloseSummary&, const CloseSummary&) = default;
};
/// One rate limit, of the daemon or as one session sees it.
struct LimitRow {
  std::optional<SessionId> session;
  std::string limit;
  std::optional<std::uint64_t> per_second;
  std::optional<std::uint64_t> tokens;
  std::uint64_t times = 0;
  std::uint64_t dropped = 0;
  friend bool operator==(const LimitRow&, const LimitRow&) = default;
};
struct LimitSummary {
  std::string mode;
  std::vector<SessionId> not_found;
  friend bool operator==(const LimitSummary&, const LimitSummary&) = default;
};
struct LogLevelReport {
  std::string level;
  std::string previous;
  friend bool operator==(const LogLevelReport&, const LogLevelReport&) = default;
};
struct StopReport {
  std::string state;
  friend bool operator==(const StopReport&, const StopReport&) = default;
};
struct ArgRow {
  std::string name;
  std::string type;
  bool required = false;
  std::string doc;
  friend bool operator==(const ArgRow&, const ArgRow&) = default;
};
struct CommandRow {
  std::string name;
  std::string role;
  bool mutating = false;
  std::vector<ArgRow> args;
  std::string doc;
  friend bool operator==(const CommandRow&, const CommandRow&) = default;
};
struct CommandsSummary {
  std::uint64_t count = 0;
  friend bool operator==(const CommandsSummary&, const CommandsSummary&) = default;
};
/// The row that `commands` shows for a command.
CommandRow row_of(const CommandSpec& spec);

// Answer lines, newline included. Bytes that are no UTF-8 are replaced by U+FFFD.

/// Rows: SessionRow, SessionDetail, CloseRow, ClosedRow, CommandRow, LimitRow.
template <class Row>
std::string write_item(const RequestId& id, const Row& row);
/// Reports: the structs above that are not rows.
template <class Report>
std::string write_result(const RequestId& id, CommandId command, const Report& report);
std::string write_error(const RequestId& id, const Failure& failure);

enum class ReplyKind : std::uint8_t { kItem, kResult, kError };

/// One line of an answer.
struct Reply {
  ReplyKind kind = ReplyKind::kError;
  RequestId id;
  std::string schema;  ///< Of a result.
  std::string data;    ///< Of an item or result: a JSON object, for read_report().
  Failure failure;     ///< Of an error.
};
/// Reads one line (without newline). Unknown keys are ignored, since fields may be added.
Result<Reply> parse_reply(std::string_view line);
/// Reads a row or report. Missing fields and wrong types are refused, unknown ones ignored.
template <class Report>
Result<Report> read_report(std::string_view data);

/// The JSON object of a row or report, as it stands behind "data".
template <class Report>
std::string write_report(const Report& report);

/// A whole answer as the one JSON document that `jsctl --json` prints, newline included.
/// `items` is null for a command without items.
std::string write_document(std::string_view schema, const std::vector<std::string>* items,
                           std::string_view data);

}  // namespace jetstream::control
