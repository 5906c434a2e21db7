// SPDX-License-Identifier: MIT
//
// The only file of jsctl that knows CLI11. Which commands there are and what they do comes from the
// protocol's table.
#include "jsctl/args.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <sstream>

#include "base/units.h"
#include "control/suggest.h"
#include "jsctl/problem.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

constexpr const char* kAbout = "Looks after a running jetstreamd.";
constexpr const char* kFooter =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 jetstreamd not running, 4 not permitted,\n"
    "5 not found, 6 conflict, 7 timeout, 8 only some of the sessions.";

std::string doc_of(CommandId command) { return std::string(control::spec_of(command).doc); }

std::string arg_doc(CommandId command, std::string_view name) {
  for (const control::ArgSpec& arg : control::spec_of(command).args) {
    if (arg.name == name) return std::string(arg.doc);
  }
  return "";
}

/// Everything that options are bound to; made into a request afterwards.
struct Parsed {
  Invocation invocation;
  std::optional<CommandId> command;
  std::string timeout = "5s";
  bool no_header = false;
  control::SessionListArgs list;
  std::string cursor;
  std::vector<std::string> ids;
  std::string reason = "going_away";
  std::string message;
  bool now = false;
  std::string level;
  control::SessionClosedArgs closed;
  std::string deadline;
};

const CLI::Validator kSessionIdCheck(
    [](std::string& text) {
      return control::parse_session_id(text) ? std::string()
                                             : "\"" + text + "\" is no decimal session id";
    },
    "ID");

const CLI::Validator kTimeoutCheck(
    [](std::string& text) {
      return parse_timeout(text) ? std::string()
                                 : "\"" + text + "\" is no time such as 500ms, 5s or 2m";
    },
    "");

std::vector<std::string> close_reasons() {
  std::vector<std::string> words;
  for (std::uint8_t i = 0; i <= kCloseReasonMax; ++i) {
    words.emplace_back(jetstream::to_string(static_cast<CloseReason>(i)));
  }
  return words;
}

CLI::App* add_command(CLI::App& parent, const std::string& name, CommandId command,
                      Parsed& parsed) {
  CLI::App* sub = parent.add_subcommand(name, doc_of(command));
  sub->callback([&parsed, command] { parsed.command = command; });
  return sub;
}

CLI::App* add_list(CLI::App& parent, const std::string& name, Parsed& parsed) {
  CLI::App* sub = add_command(parent, name, CommandId::kSessionList, parsed);
  CLI::Option* all = sub->add_flag("--all", parsed.invocation.all, "Show all there are");
  sub->add_option("--limit", parsed.list.limit, arg_doc(CommandId::kSessionList, "limit"))
      ->check(CLI::Range(std::uint64_t{1}, control::kListLimitMax))
      ->capture_default_str()
      ->excludes(all);
  sub->add_option("--cursor", parsed.cursor, arg_doc(CommandId::kSessionList, "cursor"))
      ->excludes(all);
  return sub;
}

void add_ids(CLI::App* sub, CommandId command, Parsed& parsed) {
  sub->add_option("ID", parsed.ids, arg_doc(command, "ids"))->required()->check(kSessionIdCheck);
}

void add_sessions(CLI::App& app, Parsed& parsed) {
  CLI::App* session = app.add_subcommand("session", "List, show and close sessions.");
  add_list(*session, "list", parsed)->alias("ls");
  add_list(app, "ls", parsed)->description("The same as session list.");
  add_ids(add_command(*session, "show", CommandId::kSessionShow, parsed), CommandId::kSessionShow,
          parsed);
  CLI::App* close = add_command(*session, "close", CommandId::kSessionClose, parsed);
  add_ids(close, CommandId::kSessionClose, parsed);
  close->add_option("--reason", parsed.reason, arg_doc(CommandId::kSessionClose, "reason"))
      ->check(CLI::IsMember(close_reasons()));
  close->add_option("--message", parsed.message, arg_doc(CommandId::kSessionClose, "message"));
  add_command(*session, "closed", CommandId::kSessionClosed, parsed)
      ->add_option("--limit", parsed.closed.limit, arg_doc(CommandId::kSessionClosed, "limit"))
      ->check(CLI::Range(std::uint64_t{1}, control::kClosedKept))
      ->capture_default_str();
}

void add_drain(CLI::App& app, Parsed& parsed) {
  CLI::App* drain = app.add_subcommand("drain", "Let all sessions come to their end.");
  CLI::App* start = add_command(*drain, "start", CommandId::kDrainStart, parsed);
  start->add_option("--deadline", parsed.deadline, arg_doc(CommandId::kDrainStart, "deadline_ms"))
      ->type_name("TIME")
      ->check(kTimeoutCheck);
  start->add_flag("--wait", parsed.invocation.wait, "Return when it is over");
  add_command(*drain, "cancel", CommandId::kDrainCancel, parsed);
  add_command(*drain, "status", CommandId::kDrainStatus, parsed);
}

void add_limit(CLI::App& app, Parsed& parsed) {
  CLI::App* limit = app.add_subcommand("limit", "Look at the rate limits.");
  add_command(*limit, "show", CommandId::kLimitShow, parsed)
      ->add_option("ID", parsed.ids, arg_doc(CommandId::kLimitShow, "ids"))
      ->check(kSessionIdCheck);
}

void add_everything(CLI::App& app, Parsed& parsed) {
  app.set_version_flag("--version", std::string("jsctl ") + JS_VERSION);
  app.fallthrough();
  app.footer(kFooter);
  app.add_option("--socket", parsed.invocation.socket, "The daemon's admin socket")
      ->envname("JSCTL_SOCKET")
      ->type_name("PATH")
      ->capture_default_str();
  app.add_flag("--json", parsed.invocation.json, "Print one JSON document instead of a table");
  app.add_flag("--no-header", parsed.no_header, "Print tables without their first line");
  app.add_option("--timeout", parsed.timeout, "How long to wait for the daemon in all")
      ->type_name("TIME")
      ->check(kTimeoutCheck)
      ->capture_default_str();

  add_command(app, "status", CommandId::kStatus, parsed);
  add_sessions(app, parsed);
  CLI::App* stop = add_command(app, "stop", CommandId::kStop, parsed);
  stop->add_flag("--now", parsed.now, arg_doc(CommandId::kStop, "now"));
  stop->add_flag("--wait", parsed.invocation.wait, "Return when the daemon is gone");
  add_drain(app, parsed);
  add_limit(app, parsed);
  add_command(app, "version", CommandId::kHello, parsed)
      ->description("Show the versions of jsctl and of the daemon.");
  add_command(app, "commands", CommandId::kCommands, parsed);
  CLI::App* log = app.add_subcommand("log", "Look after the daemon's log.");
  CLI::App* level = add_command(*log, "level", CommandId::kLogLevel, parsed);
  level->add_option("LEVEL", parsed.level, arg_doc(CommandId::kLogLevel, "level"))
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}));
}

std::vector<SessionId> ids_of(const Parsed& parsed) {
  std::vector<SessionId> ids;
  for (const std::string& text : parsed.ids) {
    const SessionId id = *control::parse_session_id(text);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

control::Args args_of(const Parsed& parsed, CommandId command) {
  switch (command) {
    case CommandId::kSessionList: {
      control::SessionListArgs list = parsed.list;
      if (parsed.invocation.all) list.limit = control::kListLimitMax;
      if (!parsed.cursor.empty()) list.cursor = parsed.cursor;
      return list;
    }
    case CommandId::kSessionShow:
      return control::SessionShowArgs{ids_of(parsed)};
    case CommandId::kLimitShow:
      return control::LimitShowArgs{ids_of(parsed)};
    case CommandId::kSessionClose:
      return control::SessionCloseArgs{ids_of(parsed), *control::parse_close_reason(parsed.reason),
                                       parsed.message};
    case CommandId::kSessionClosed:
      return parsed.closed;
    case CommandId::kDrainStart: {
      control::DrainStartArgs start;
      if (!parsed.deadline.empty()) {
        start.deadline_ms = static_cast<std::uint64_t>(parse_timeout(parsed.deadline)->count());
      }
      return start;
    }
    case CommandId::kStop:
      return control::StopArgs{parsed.now};
    case CommandId::kLogLevel:
      return parsed.level.empty() ? control::LogLevelArgs{} : control::LogLevelArgs{parsed.level};
    case CommandId::kHello:
    case CommandId::kPing:
    case CommandId::kStatus:
    case CommandId::kDrainCancel:
    case CommandId::kDrainStatus:
    case CommandId::kCommands:
      break;
  }
  return control::NoArgs{};
}

Outcome unexpected_word(const std::vector<std::string>& words) {
  constexpr std::array<std::string_view, 25> kKnown{
      "status",     "session", "list",   "show",     "close",    "closed",    "ls",
      "drain",      "start",   "cancel", "stop",     "version",  "commands",  "--json",
      "--all",      "--limit", "--wait", "--cursor", "--socket", "--timeout", "--no-header",
      "--deadline", "log",     "level",  "limit"};
  Problem problem{kUsage, "did not expect \"" + words.front() + "\" there", "", "jsctl --help"};
  problem.why = control::did_you_mean(words.front(), kKnown).value_or("");
  return to_outcome(problem);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  using std::chrono::milliseconds;
  const auto nanoseconds = base::parse_duration(text);
  if (!nanoseconds) return std::nullopt;
  const std::chrono::nanoseconds time(*nanoseconds);
  if (time < milliseconds(1) || time > std::chrono::hours(24)) return std::nullopt;
  return std::chrono::duration_cast<milliseconds>(time);
}

void visit_grammar(const std::function<void(const CLI::App&)>& visit) {
  Parsed parsed;
  CLI::App app(kAbout, "jsctl");
  add_everything(app, parsed);
  visit(app);
}

std::variant<Invocation, Outcome> parse_args(int argc, const char* const* argv) {
  Parsed parsed;
  CLI::App app(kAbout, "jsctl");
  add_everything(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    std::ostringstream out;
    app.exit(asked, out, out);
    return Outcome{kDone, out.str(), ""};
  } catch (const CLI::ExtrasError&) {
    return unexpected_word(app.remaining(true));
  } catch (const CLI::ParseError& error) {
    return to_outcome({kUsage, error.what(), "", "jsctl --help"});
  }
  if (!parsed.command) {
    return to_outcome({kUsage, "a command is missing", "", "jsctl status, or jsctl --help"});
  }
  Invocation& invocation = parsed.invocation;
  invocation.timeout = *parse_timeout(parsed.timeout);
  invocation.header = !parsed.no_header;
  invocation.request = {{}, *parsed.command, args_of(parsed, *parsed.command)};
  return invocation;
}

}  // namespace jetstream::jsctl
