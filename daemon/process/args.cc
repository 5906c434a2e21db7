// SPDX-License-Identifier: MIT
//
// The only file of the daemon that knows CLI11.
#include "daemon/process/args.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "daemon/config/config_environment.h"
#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

constexpr const char* kAbout =
    "Serves JetStreamProto sessions: encrypted, multiplexed streams over UDP.";
constexpr const char* kDefaultConfigFile = "/etc/jetstreamd/jetstreamd.yaml";
// sun_path of Linux without the final zero.
constexpr std::size_t kSocketPathBytesMax = 107;

std::string check_address(const std::string& text) {
  const auto address = parse_address(text);
  return address ? std::string() : address.error().what + "; " + address.error().help;
}

std::string check_not_empty(const std::string& text) {
  return text.empty() ? "a path is needed" : std::string();
}

std::string check_socket_path(const std::string& text) {
  if (text.empty()) return check_not_empty(text);
  const std::size_t size = std::filesystem::absolute(text).native().size();
  return size <= kSocketPathBytesMax ? std::string() : "a socket's path has at most 107 bytes";
}

/// Everything that options are bound to.
struct Parsed {
  std::string config_file = kDefaultConfigFile;
  std::vector<std::string> listen;
  std::string state_dir;
  std::string admin_socket;
  bool check = false;
  bool dump = false;
  bool print = false;
};

void add_everything(CLI::App& app, Parsed& parsed) {
  app.set_version_flag("--version", std::string("jetstreamd ") + JS_VERSION);
  app.add_option("--config", parsed.config_file, "Configuration file")
      ->envname("JETSTREAMD_CONFIG")
      ->capture_default_str()
      ->type_name("FILE");
  CLI::Option* check_flag =
      app.add_flag("--check", parsed.check, "Read the configuration, print every mistake and exit");
  CLI::Option* print_flag = app.add_flag("--print-default-config", parsed.print,
                                         "Print every key with its default and what it means");
  CLI::Option* dump_flag = app.add_flag(
      "--dump-config", parsed.dump,
      "Print the configuration that would run, with where each value comes from, and exit");
  check_flag->excludes(print_flag)->excludes(dump_flag);
  print_flag->excludes(dump_flag);
  app.add_option("--listen", parsed.listen, "UDP address instead of server.listen; may be repeated")
      ->type_name("ADDRESS")
      ->allow_extra_args(false)
      ->check(CLI::Validator(check_address, "", ""));
  app.add_option("--state-dir", parsed.state_dir, "Folder instead of server.state_dir")
      ->type_name("DIR")
      ->check(CLI::Validator(check_not_empty, "", ""));
  app.add_option("--admin-socket", parsed.admin_socket, "Socket instead of admin.socket.path")
      ->type_name("PATH")
      ->check(CLI::Validator(check_socket_path, "", ""));
  app.footer("Exit codes: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.");
}

}  // namespace

void visit_grammar(const std::function<void(const CLI::App&)>& visit) {
  Parsed parsed;
  CLI::App app(kAbout, "jetstreamd");
  add_everything(app, parsed);
  visit(app);
}

std::variant<Options, Answer> parse_args(int argc, const char* const* argv) {
  Parsed parsed;
  CLI::App app(kAbout, "jetstreamd");
  add_everything(app, parsed);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const int code = app.exit(error, out, out);
    return Answer{code == 0 ? kExitOk : kExitUsage, out.str()};
  }
  Options options;
  if (parsed.check) options.action = Action::kCheck;
  if (parsed.dump) options.action = Action::kDumpConfig;
  if (parsed.print) options.action = Action::kPrintDefaultConfig;
  options.config_file = parsed.config_file;
  for (const std::string& text : parsed.listen)
    options.overrides.listen.push_back(*parse_address(text));
  options.overrides.environment = configuration_environment();
  options.overrides.state_dir = parsed.state_dir;
  options.overrides.admin_socket = parsed.admin_socket;
  return options;
}

}  // namespace jetstream::daemon
