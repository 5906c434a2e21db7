// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jetstream::control {

/// Bytes of the longest request line, its newline not counted.
inline constexpr std::size_t kRequestBytesMax = 64 * 1024;
/// Bytes of the longest answer line. The longest real one is a session with
/// kStreamsListedMax streams, about 30 KiB.
inline constexpr std::size_t kReplyBytesMax = 1024 * 1024;

/// What a caller may do; each one includes those before it.
enum class Access : std::uint8_t { kNone, kRead, kOperate, kAdmin };
std::string_view to_string(Access access);  ///< "none", "read", "operate", "admin"
std::optional<Access> parse_access(std::string_view text);

/// Why a command was refused. The words are stable: scripts compare them.
enum class ErrorCode : std::uint8_t {
  kBadRequest,          ///< Not a request at all; mend the sender.
  kRequestTooLarge,     ///< Longer than kRequestBytesMax; the connection ends.
  kUnknownCommand,      ///< No such command; `commands` lists them.
  kUnknownArgument,     ///< The command has no such argument.
  kInvalidArgument,     ///< Missing, of the wrong type or out of range.
  kInvalidFilter,       ///< A filter that can't be understood.
  kPermissionDenied,    ///< The caller's role does not suffice.
  kNotFound,            ///< Nothing of what was named exists.
  kConflict,            ///< It is in a state that forbids this, as closing what closes already.
  kPreconditionFailed,  ///< What the caller expected of the state does not hold.
  kTooManyMatches,      ///< More than the caller allowed; nothing was changed.
  kDraining,            ///< Not while the daemon drains or stops.
  kConfigInvalid,       ///< The configuration file has errors; the running one stays.
  kRestartRequired,     ///< Only a restart can do this, and the caller refused one.
  kBusy,                ///< Too many connections; try again later.
  kTimeout,             ///< The daemon did not answer itself in time.
  kInternal,            ///< A fault of the daemon, or a code that this side does not know.
};
std::string_view to_string(ErrorCode code);  ///< "bad_request", ...
/// kInternal for a word that this side does not know.
ErrorCode parse_error_code(std::string_view text);

/// What an error line says.
struct Failure {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;              ///< A sentence for people.
  std::optional<std::string> hint;  ///< What to do about it.
  /// Where in the text that was sent, as a filter: in bytes, from 0.
  std::optional<std::uint64_t> offset{};
  friend bool operator==(const Failure&, const Failure&) = default;
};

/// Every command there is; families of them stand together.
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
  kLogTail,
  kEvents,
  kSessionWatch,
  kLimitShow,
  kLimitSuggest,
  kSourceList,
  kSourceReset,
  kExplain,
  kBanAdd,
  kBanDel,
  kBanList,
  kBanClear,
  kBanLoadBegin,
  kBanLoadItems,
  kBanLoadCommit,
  kConfigShow,
  kConfigDiff,
  kConfigReload,
  kConfigConfirm,
  kConfigRollback,
  kHealth,
  kWait,
  kMetrics,
  kStats,
};

enum class ArgType : std::uint8_t {
  kInteger,      ///< A JSON number between ArgSpec::min and max.
  kBoolean,      ///< true or false.
  kText,         ///< A string of min to max bytes without control characters.
  kCloseReason,  ///< The words of to_string(CloseReason).
  kTexts,        ///< An array of min to max strings without control characters.
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
  /// Its answer is a stream: event lines until the caller leaves or the daemon ends it.
  bool streaming = false;
};

/// All commands, family by family.
std::span<const CommandSpec> command_table();
const CommandSpec& spec_of(CommandId command);
const CommandSpec* find_command(std::string_view name);
/// "jetstreamd.session.list/1". Within a major version fields are only ever added.
std::string schema_of(CommandId command);

}  // namespace jetstream::control
