// SPDX-License-Identifier: MIT
#include "control_document.h"

#include "control/described.h"
#include "control/report_fields.h"

namespace jetstream::control {
namespace {

constexpr std::string_view kIntroduction = R"md(# The admin protocol

`jetstreamd` answers on a Unix stream socket, `/run/jetstreamd/admin.sock` unless configured otherwise;
`jsctl` is one client of it, and anything that can write a line of JSON is another:

    printf '{"cmd":"status"}\n' | nc -NU /run/jetstreamd/admin.sock

The tables of this page are generated from the program's own (`tests/unit/control`, run with
`JS_UPDATE_DOCS=1` to rewrite it), so they are what it does.

## Requests

One JSON object (UTF-8) a line, at most 65536 bytes:

    {"id":"7","cmd":"session.show","args":{"ids":["17"]}}

- `cmd`: the command.
- `args`: its arguments; may be left out where none is required. `null` is the same as leaving one out.
- `because`: why the caller does this, at most 200 bytes; it stands in the audit trail. May be left out.
- `request_id`: a name of 1 to 64 bytes for a command that changes something, chosen by the caller; may
  be left out. Below.
- `id`: a whole number or a string of at most 64 bytes, repeated in every line of the answer; may be
  left out.

Nothing else is accepted: an unknown key or argument, a key that stands twice or an array where none
belongs is an error, never ignored. Requests of one connection are answered one after the other. The
daemon says nothing until asked, and answers what it has read even if the client has shut down its
sending side.

Whoever does not learn what became of a command, such as after a timeout, may send it again with the
`request_id` it had. For five minutes the daemon gives the same answer, an error included, and does
nothing; if the command is still under way, the answer comes when it is over. `because` and `id` may
differ; another command or other arguments are the error `conflict`. Each user has ids of their own,
the last 128 of them; the answers of all together take at most 4 MiB, the oldest go first. What was
answered `busy` or `permission_denied` was not begun, and is not remembered. A restart forgets all.

    {"cmd":"ban.add","args":{"block":"192.0.2.7"},"request_id":"ticket-4711"}

## Answers

Any number of `item` lines, then exactly one `result` or `error` line:

    {"id":"7","type":"item","data":{...}}
    {"id":"7","type":"result","schema":"jetstreamd.session.show/1","data":{...},"warnings":[]}
    {"id":"7","type":"error","error":{"code":"not_found","message":"...","hint":null,"offset":null}}

A command that is a stream answers with `event` lines in place of items, and goes on until the caller
closes the connection or shuts down its sending side, or until the daemon ends it with a `result` or
`error` line:

    {"id":"7","type":"event","data":{"seq":12,"at":"...","type":"session.closed",...}}

The first event of a stream has type `begin` and, as `seq`, the number of the newest event so far:
nothing is missed from there on. Where the caller reads too slowly events are lost, never held back,
and one event of type `gap` with their number in `fields.lost` stands in their place. A stream has no
idle timeout; a reader that takes nothing for 10 s is dropped.

Within the number at the end of `schema`, fields are added but never renamed, removed or retyped.
Session ids are decimal numbers in strings, since JSON numbers lose digits above 2^53. Times are RFC
3339 in UTC; other units are part of the name. What is absent is `null`. The order of fields does not
matter.

| error code | meaning |
|---|---|
| `bad_request` | Not a request at all. |
| `request_too_large` | Longer than 65536 bytes; the connection ends. |
| `unknown_command` | No such command. |
| `unknown_argument` | The command has no such argument. |
| `invalid_argument` | An argument is missing, of the wrong type or out of range. |
| `invalid_filter` | A filter that can't be understood; `offset` says where, in bytes from 0. |
| `permission_denied` | The caller's role does not suffice. |
| `not_found` | Nothing of what was named exists. |
| `conflict` | It is in a state that forbids this, as closing what closes already. |
| `precondition_failed` | What the caller expected of the state does not hold. |
| `too_many_matches` | More than the caller allowed; nothing was changed. |
| `draining` | Not while the daemon drains or stops. |
| `config_invalid` | The configuration file has errors; the running one stays. |
| `restart_required` | Only a restart can do this, and the caller refused one. |
| `busy` | Too many connections; try again later. |
| `timeout` | The daemon did not get its own answer in time. |
| `internal` | A fault of the daemon. |

## Limits

32 connections at each socket, of which two are kept for root and the daemon's own user; 8 for each
other user. A connection is closed after 60 s without a request, and when an answer could not be written within 10
s.

## Roles

The kernel says who connects: user, groups, process. `read` looks, `operate` also closes sessions,
`admin` does everything. Root and the daemon's own user are `admin`; `admin.access` in the
configuration grants roles to users and groups, supplementary ones included, and as shipped
`operate` to the group jetstreamd-admin and `read` to the group jetstreamd-read. At the read socket
(`admin.read_socket`) nobody has more than `read`, not even root. User and group 65534 stand for
anybody whom a user namespace hides, and never give a role. A refusal says which role is needed, and
in its hint how to get it. Every use of a command that changes something is written
to the log as `admin.command`, or as `admin.refused` if the role did not suffice, with who it was
(user, group, process, login), by which socket, the arguments, the reason and the `request_id` that
were given, the outcome and, for commands of the configuration, its digest before and after;
LOG_EVENTS.md lists the fields, and `jsctl events --type admin` shows the records. What is not
known, such as the process of somebody in another pid namespace, is left empty, and null if it is a
number. A reload that changes `admin.access` counts from the next request on, on connections there are as well; a stream
whose caller may not follow it any more ends with `permission_denied`, and its connection with it.
One user may change something 20 times a second, and 200 times at once; what is more is the error `busy`.

## Filters

Commands that list rows, or do something to all that match, take a filter:

    state = established and idle > 5m and peer in 203.0.113.0/24 and not peer_identity ~ sha256:ab*

    filter      = conjunction *("or" conjunction)
    conjunction = term *("and" term)
    term        = "not" term / "(" filter ")" / comparison
    comparison  = field operator value / field "in" "(" value *("," value) ")"
    operator    = "=" / "!=" / "<" / "<=" / ">" / ">=" / "~" / "in"

A field is called as in the rows of the answer; those that end in `_ms` or `_us` also without that.
Numbers have the unit of their field, as in the configuration: `idle > 1m30s`, `rtt_us < 2ms`,
`rx_bytes >= 64KiB`; fields without a unit are plain numbers. Times are written as
`created_at > 2026-11-22T06:00:00Z`. Texts are compared whole, or by `~` with a pattern of `*` and
`?`; what has blanks or marks in it stands in `"`. `state`, `suite`, `reason`, `code`, `by` and the
`type` of events have a closed set of values, and comparing them whole with any other is an error.
`peer` is `192.0.2.7:443` or `[2001:db8::7]:443`, all ports of `192.0.2.7` or `2001:db8::7` (in
brackets or not), or `in 192.0.2.0/24`. Numbers, times and durations have an order, texts and
addresses have not. A field that is null meets no comparison, not even `!=`. Fields that are lists are not for
filters.

A filter has at most 512 bytes and 32 comparisons; an empty one lets every row through. One that can't be understood is the error
`invalid_filter`, whose `offset` is the place.

## Commands
)md";

std::string type_name(const std::string&) { return "string"; }
std::string type_name(std::uint64_t) { return "number"; }
std::string type_name(double) { return "number"; }
std::string type_name(bool) { return "boolean"; }
std::string type_name(SessionId) { return "string"; }
std::string type_name(UnixTime) { return "time"; }
std::string type_name(CloseOutcome) { return "string"; }
std::string type_name(const NamedCounts&) { return "object of numbers"; }
std::string type_name(const NamedValues&) { return "object of numbers and strings"; }
template <Described T>
std::string type_name(const T&) {
  return "object";
}
template <class T>
std::string type_name(const std::vector<T>&);
template <class T>
std::string type_name(const std::optional<T>&) {
  return type_name(T{}) + " or null";
}
template <class T>
std::string type_name(const std::vector<T>&) {
  const std::string entry = type_name(T{});
  return "array of " + entry + (entry == "object" ? "s" : "");
}

struct FieldPrinter {
  std::string& out;
  std::string prefix;
  template <class T>
  void operator()(std::string_view name, T& value, std::string_view meaning) const {
    out += "| `" + prefix + std::string(name) + "` | " + type_name(value) + " | " +
           std::string(meaning) + " |\n";
    const std::string path = prefix + std::string(name);
    if constexpr (Described<T>) {
      describe(value, FieldPrinter{out, path + "."});
    } else if constexpr (requires { requires Described<typename T::value_type>; }) {
      typename T::value_type entry;
      constexpr bool kIsList = requires { value.push_back(entry); };
      describe(entry, FieldPrinter{out, path + (kIsList ? "[]." : ".")});
    }
  }
};

template <class Report>
std::string fields(std::string_view title) {
  std::string out = "\n" + std::string(title) + ":\n\n| field | type | meaning |\n|---|---|---|\n";
  Report report;
  describe(report, FieldPrinter{out, ""});
  return out;
}

std::string answer_about_bans(CommandId command) {
  switch (command) {
    case CommandId::kBanAdd:
      return "\nA block that concerns `limits.exempt`, or is larger than an IPv4 /8 or IPv6 /16, "
             "needs `yes`:\nwithout it the answer is the error `precondition_failed`. `conflict` "
             "if there are 100000 bans.\n" +
             fields<BanReport>("Result");
    case CommandId::kBanDel:
      return "\nIf there is no ban of exactly this block, the answer is the error `not_found`.\n" +
             fields<BanReport>("Result");
    case CommandId::kBanList:
      return fields<BanRow>("Items") + fields<BanListSummary>("Result");
    case CommandId::kBanClear:
      return fields<BanClearReport>("Result");
    case CommandId::kBanLoadBegin:
      return "\nOne list at a time: while another one comes, the answer is the error `conflict`. "
             "A list of which\nnothing comes for 30 s may be pushed aside.\n" +
             fields<BanLoadReport>("Result");
    case CommandId::kBanLoadItems:
      return fields<BanLoadReport>("Result");
    default:
      return "\nThe list takes the place of the one loaded before; bans made one by one stay, and "
             "win where both\nhave the same block. Anything wrong changes nothing.\n" +
             fields<BanLoadedReport>("Result");
  }
}

std::string answer_of_stream(CommandId command) {
  switch (command) {
    case CommandId::kLogTail:
      return "\nIf eight sessions are being traced already, the answer is the error `busy`; if "
             "there is "
             "no such\nsession, `not_found`.\n" +
             fields<EventRow>("Events") + fields<StreamSummary>("Result");
    case CommandId::kEvents:
      return "\nOf what operators did, what the daemon did and what sessions did, the newest 1024 "
             "events each are\nremembered. If `since` is above the newest number, the daemon was "
             "started again since: the answer is\nthe error `precondition_failed`. Without "
             "`since`, "
             "all that is remembered comes first.\n" +
             fields<EventRow>("Events, or items with `no_follow`") +
             fields<EventsSummary>("Result, with `no_follow`");
    case CommandId::kSessionWatch:
      return fields<EventRow>("Events");
    default:
      return "";
  }
}

std::string answer_about_config(CommandId command) {
  if (command == CommandId::kConfigShow) {
    return fields<ConfigValueRow>("Items") + fields<ConfigShowReport>("Result");
  }
  const std::string result = fields<ConfigReloadReport>("Result");
  if (command == CommandId::kConfigConfirm) return result;
  return "\nIf the configuration has errors, the answer is one item for each and then the error\n"
         "`config_invalid`.\n" +
         fields<ConfigProblemRow>("Items") + result;
}

std::string answer_about_drain(CommandId command) {
  std::string out;
  if (command == CommandId::kDrainStart) {
    out = "\nIf a drain is under way or over, the answer is the error `conflict`.\n";
  } else if (command == CommandId::kDrainCancel) {
    out = "\nIf there is no drain, or the daemon stops, the answer is the error `conflict`.\n";
  }
  return out + fields<DrainReport>("Result");
}

const std::string kNoSuchSession =
    "\nIf none of the sessions exists, the answer is the error `not_found`.\n";

std::string answer_about_limits(CommandId command) {
  if (command == CommandId::kLimitShow) {
    return kNoSuchSession + fields<LimitRow>("Items") + fields<LimitSummary>("Result");
  }
  return "\nValues are of whole seconds, each of which begins with the first that came. What a "
         "limit holds back counts when it passes, so a limit that is enforced hides what was "
         "wanted beyond it. Each endpoint has an even share of the limits per source and "
         "counts for itself; its values stand here times the number of shares.\n" +
         fields<LimitSuggestionRow>("Items") + fields<LimitSuggestSummary>("Result");
}

std::string answer_about_sources(CommandId command) {
  switch (command) {
    case CommandId::kSourceList:
      return "\nAt most 4096 sources for each worker and listen address are remembered, those "
             "furthest from\ntheir limit for the shortest time.\n" +
             fields<SourceRow>("Items") + fields<SourceListSummary>("Result");
    case CommandId::kSourceReset:
      return fields<SourceResetReport>("Result");
    case CommandId::kExplain:
      return fields<ExplainReport>("Result");
    default:
      return answer_about_limits(command);
  }
}

std::string answer_about_health(CommandId command) {
  switch (command) {
    case CommandId::kHealth:
      return fields<HealthRow>("Items, one a problem") + fields<HealthReport>("Result");
    case CommandId::kWait:
      return "\nIf it did not come so far in time, the answer is the error `timeout`.\n" +
             fields<WaitReport>("Result");
    case CommandId::kMetrics:
      return fields<MetricsReport>("Result");
    case CommandId::kStats:
      return "\nIf no metric begins so, the answer is the error `not_found`.\n" +
             fields<StatRow>("Items") + fields<StatsSummary>("Result");
    default:
      return "";
  }
}

std::string answer_of(CommandId command) {
  switch (command) {
    case CommandId::kHello:
      return fields<HelloReport>("Result");
    case CommandId::kPing:
      return fields<PingReport>("Result");
    case CommandId::kStatus:
      return fields<StatusReport>("Result");
    case CommandId::kSessionList:
      return fields<SessionRow>("Items") + fields<ListSummary>("Result");
    case CommandId::kSessionShow:
      return kNoSuchSession + fields<SessionDetail>("Items") + fields<ShowSummary>("Result");
    case CommandId::kSessionClose:
      return "\nExactly one of `ids`, `match` and `apply` is given; `match` needs one of `max`, "
             "`dry_run` and\n`plan`, which belong to nothing else. If more than `max` match, the "
             "answer is the error\n`too_many_matches`; if none does, or a plan is unknown, "
             "somebody "
             "else's, used or older than 5\nminutes, `not_found`; if a session matches that is not "
             "in the plan, `precondition_failed`. Nothing is\nclosed then. There are items for the "
             "first 100 sessions; the result counts all.\n\nIf nothing was closed, the items are "
             "followed by the error `conflict` when a session was\nclosing already, otherwise "
             "`not_found`.\n" +
             fields<CloseRow>("Items") + fields<CloseSummary>("Result");
    case CommandId::kSessionClosed:
      return fields<ClosedRow>("Items") + fields<ClosedSummary>("Result");
    case CommandId::kDrainStart:
    case CommandId::kDrainCancel:
    case CommandId::kDrainStatus:
      return answer_about_drain(command);
    case CommandId::kStop:
      return "\nAsking again is the error `conflict`, except that `now` hastens a stop that has "
             "begun.\n" +
             fields<StopReport>("Result");
    case CommandId::kLogLevel:
      return "\nAn unknown level or module is the error `invalid_argument`.\n" +
             fields<LogLevelReport>("Result");
    case CommandId::kLogTail:
    case CommandId::kEvents:
    case CommandId::kSessionWatch:
      return answer_of_stream(command);
    case CommandId::kHealth:
    case CommandId::kWait:
    case CommandId::kMetrics:
    case CommandId::kStats:
      return answer_about_health(command);
    case CommandId::kLimitShow:
    case CommandId::kLimitSuggest:
    case CommandId::kSourceList:
    case CommandId::kSourceReset:
    case CommandId::kExplain:
      return answer_about_sources(command);
    case CommandId::kBanAdd:
    case CommandId::kBanDel:
    case CommandId::kBanList:
    case CommandId::kBanClear:
    case CommandId::kBanLoadBegin:
    case CommandId::kBanLoadItems:
    case CommandId::kBanLoadCommit:
      return answer_about_bans(command);
    case CommandId::kConfigShow:
    case CommandId::kConfigDiff:
    case CommandId::kConfigReload:
    case CommandId::kConfigRollback:
    case CommandId::kConfigConfirm:
      return answer_about_config(command);
    case CommandId::kCommands:
      return fields<CommandRow>("Items") + fields<CommandsSummary>("Result");
  }
  return "";
}

std::string range_of(const ArgSpec& arg) {
  switch (arg.type) {
    case ArgType::kInteger:
      return std::to_string(arg.min) + " to " + std::to_string(arg.max);
    case ArgType::kText:
      return std::to_string(arg.min) + " to " + std::to_string(arg.max) + " bytes";
    case ArgType::kTexts:
      return std::to_string(arg.min) + " to " + std::to_string(arg.max) + " strings";
    case ArgType::kSessionIds:
      return std::to_string(arg.min) + " to " + std::to_string(arg.max) + " ids";
    case ArgType::kCloseReason: {
      std::string words;
      for (std::uint8_t i = 0; i <= kCloseReasonMax; ++i) {
        words += (i == 0 ? "`" : ", `") +
                 std::string(jetstream::to_string(static_cast<CloseReason>(i))) + "`";
      }
      return words;
    }
    case ArgType::kBoolean:
      break;
  }
  return "true or false";
}

std::string command_section(const CommandSpec& spec) {
  std::string out = "\n### " + std::string(spec.name) + "\n\n" + std::string(spec.doc) +
                    " Role: `" + std::string(to_string(spec.access)) + "`" +
                    (spec.mutating ? ", audited" : "") + (spec.streaming ? ", a stream" : "") +
                    ".\n";
  if (!spec.args.empty()) {
    out += "\n| argument | type | range | meaning |\n|---|---|---|---|\n";
    for (const ArgSpec& arg : spec.args) {
      out += "| `" + std::string(arg.name) + "`" + (arg.required ? " (required)" : "") + " | " +
             std::string(to_string(arg.type)) + " | " + range_of(arg) + " | " +
             std::string(arg.doc) + " |\n";
    }
  }
  return out + answer_of(spec.id);
}

}  // namespace

std::string control_document() {
  std::string out(kIntroduction);
  for (const CommandSpec& spec : command_table()) out += command_section(spec);
  return out;
}

}  // namespace jetstream::control
