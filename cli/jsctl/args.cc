// SPDX-License-Identifier: MIT
#include "jsctl/args.h"

#include <sstream>

#include "base/units.h"
#include "control/suggest.h"
#include "jsctl/grammar.h"
#include "jsctl/problem.h"

namespace jetstream::jsctl {
namespace {

constexpr const char* kAbout = "Looks after a running jetstreamd.";
constexpr const char* kFooter =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 jetstreamd not running, 4 not permitted,\n"
    "5 not found, 6 conflict, 7 timeout, 8 only some of the sessions, 78 bad configuration.";

/// The whole grammar, and where it puts what was said.
struct CommandLine {
  CommandLine() {
    add_global_options();
    add_daemon_commands(grammar);
    add_session_commands(grammar);
    add_drain_commands(grammar);
    add_limit_commands(grammar);
    add_source_commands(grammar);
    add_ban_commands(grammar);
    add_log_commands(grammar);
    add_event_commands(grammar);
    add_config_commands(grammar);
    add_health_commands(grammar);
    add_debug_commands(grammar);
  }

  Invocation invocation;
  std::string timeout = "5s";
  std::string form = "table";
  bool json = false;
  std::string because;
  std::string request_id;
  bool no_header = false;
  CLI::App app{kAbout, "jsctl"};
  CLI::Option* socket = nullptr;
  Grammar grammar{app, invocation};

 private:
  void add_global_options() {
    app.set_version_flag("--version", std::string("jsctl ") + JS_VERSION);
    app.fallthrough();
    // Behind a command no word is another one: `log level debug` is not `debug`.
    app.require_subcommand(0, 1);
    app.footer(kFooter);
    socket = app.add_option("--socket", invocation.socket, "The daemon's admin socket")
                 ->envname("JSCTL_SOCKET")
                 ->type_name("PATH")
                 ->capture_default_str();
    app.add_option("-o,--output", form,
                   "table; wide, with all columns; json, one document; ndjson, one JSON object a "
                   "line; csv")
        ->check(CLI::IsMember({"table", "wide", "json", "ndjson", "csv"}))
        ->capture_default_str();
    app.add_flag("--json", json, "The same as -o json; of streams, which have no end, -o ndjson")
        ->excludes("--output");
    app.add_option("--columns", invocation.columns,
                   "Of lists: the columns to print, by the names of the JSON fields")
        ->delimiter(',')
        ->type_name("NAME,...");
    app.add_flag("--raw", invocation.raw, "Of lists: all columns, numbers without units");
    app.add_flag("--no-header", no_header, "Print tables without their first line");
    app.add_option("--because", because, "Why, for the audit trail; at most 200 bytes")
        ->type_name("TEXT")
        ->check(CLI::Validator(
            [](std::string& text) {
              return text.size() <= control::kBecauseBytesMax ? std::string()
                                                              : std::string("it is too long");
            },
            ""));
    app.add_option("--request-id", request_id,
                   "Of commands that change something: with the same id the same command is done "
                   "once, and answered alike for 5 minutes")
        ->type_name("ID")
        ->check(CLI::Validator(
            [](std::string& text) {
              return !text.empty() && text.size() <= control::kRequestIdBytesMax
                         ? std::string()
                         : std::string("it has to have 1 to 64 bytes");
            },
            ""));
    app.add_option("--timeout", timeout, "How long to wait for the daemon in all")
        ->type_name("TIME")
        ->check(timeout_check())
        ->capture_default_str();
  }
};

Form form_of(std::string_view word) {
  return word == "wide"     ? Form::kWide
         : word == "json"   ? Form::kJson
         : word == "ndjson" ? Form::kNdjson
         : word == "csv"    ? Form::kCsv
                            : Form::kTable;
}

/// Every command and option, for whoever has misspelt one.
void gather_words(const CLI::App& app, std::vector<std::string>& words) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(sub->get_name());
    gather_words(*sub, words);
  }
}

Outcome unexpected_word(const CLI::App& app) {
  const std::string word = app.remaining(true).front();
  std::vector<std::string> words;
  gather_words(app, words);
  const std::vector<std::string_view> known(words.begin(), words.end());
  Problem problem{kUsage, "did not expect \"" + word + "\" there", "", "jsctl --help"};
  problem.why = control::did_you_mean(word, known).value_or("");
  return to_outcome(problem);
}

/// Nothing was said, or a family of commands alone.
Problem missing_command(const CLI::App& app) {
  const auto families = app.get_subcommands();
  if (families.empty()) {
    return {kUsage, "a command is missing", "", "jsctl status, or jsctl --help"};
  }
  const std::string& family = families.front()->get_name();
  std::string all;
  for (const CLI::App* sub : families.front()->get_subcommands({})) {
    all += (all.empty() ? "one of " : ", ") + sub->get_name();
  }
  return {kUsage, "a command is missing behind \"" + family + '"', all,
          "jsctl " + family + " --help"};
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

void visit_grammar(const std::function<void(const CLI::App&)>& visit) { visit(CommandLine().app); }

std::variant<Invocation, Outcome> parse_args(int argc, const char* const* argv) {
  CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    std::ostringstream out;
    line.app.exit(asked, out, out);
    return Outcome{kDone, out.str(), ""};
  } catch (const CLI::ExtrasError&) {
    return unexpected_word(line.app);
  } catch (const CLI::ParseError& error) {
    return to_outcome({kUsage, error.what(), "", "jsctl --help"});
  }
  if (!line.grammar.chosen()) {
    return to_outcome(missing_command(line.app));
  }
  if (line.socket->count() > 0) line.invocation.read_socket.clear();
  line.invocation.timeout = *parse_timeout(line.timeout);
  if (!line.because.empty()) line.invocation.request.because = line.because;
  if (!line.request_id.empty()) {
    if (!control::spec_of(line.invocation.request.command).mutating) {
      return to_outcome({kUsage, "--request-id goes with single commands that change something", "",
                         "leave it out; looking twice does no harm"});
    }
    line.invocation.request.request_id = line.request_id;
  }
  line.invocation.header = !line.no_header;
  line.invocation.form = line.json ? Form::kJson : form_of(line.form);
  line.invocation.json = line.invocation.form == Form::kJson;
  return line.invocation;
}

}  // namespace jetstream::jsctl
