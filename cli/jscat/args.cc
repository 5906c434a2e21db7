// SPDX-License-Identifier: MIT
//
// The only file of jscat that knows CLI11.
#include "cli/jscat/args.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/closest_word.h"
#include "cli/jscat/failure.h"
#include "cli/jscat/known_hosts.h"
#include "cli/jscat/text.h"
#include "cli/jscat/units.h"

namespace jetstream::jscat {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAbout = "Talks JetStreamProto: encrypted, multiplexed streams over UDP.";
// The range of EndpointConfig::handshake_timeout.
constexpr Duration kTimeoutMin = 1s, kTimeoutMax = 60s;
// Sessions of servers with the default timeout expire after 30 s without a packet.
constexpr Duration kPingIntervalMin = 10ms, kPingIntervalMax = 10s;
constexpr std::uint64_t kSessionsMax = 1048576;
constexpr std::uint64_t kStreamsMax = 65535;
// More than parse_size() reads there is not.
constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 53;
// The largest message that any receiver can be configured to take.
constexpr std::uint64_t kSizeMax = 16 * 1024 * 1024;

/// The first word is no command.
std::optional<Answer> unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return std::nullopt;
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  if (std::find(commands.begin(), commands.end(), argv[1]) != commands.end()) return std::nullopt;
  std::string known;
  for (const std::string& command : commands) known += (known.empty() ? "" : ", ") + command;
  const std::string close = base::closest_word(argv[1], commands);
  const std::string why =
      close.empty() ? "the commands are " + known : "did you mean \"" + close + "\"?";
  return Answer{kExitUsage, to_text({kExitUsage, "there is no command \"" + escape(argv[1]) + "\"",
                                     why, "jscat --help"})};
}

/// Puts a parsed value where it belongs; `parse` says nullopt or an error for a text that is none.
template <class Target, class Parse>
CLI::Option* add_parsed(CLI::App& app, std::string name, Target& target, std::string help,
                        std::string expected, Parse parse) {
  CLI::callback_t take = [&target, parse, name, expected](const CLI::results_t& texts) {
    for (const std::string& text : texts) {
      auto value = parse(text);
      if (!value) throw CLI::ValidationError(name, "\"" + text + "\" is not " + expected);
      if constexpr (requires { target.begin(); }) {
        target.push_back(*std::move(value));
      } else {
        target = *std::move(value);
      }
    }
    return true;
  };
  CLI::Option* option = app.add_option(name, take, help);
  if constexpr (requires { target.begin(); }) {
    option->expected(1, CLI::detail::expected_max_vector_size);
  }
  return option->allow_extra_args(false);
}

std::optional<Framing> framing_of(std::string_view text) {
  if (text == "bytes") return Framing::kBytes;
  if (text == "messages") return Framing::kMessages;
  return std::nullopt;
}

std::optional<Delivery> delivery_of(std::string_view text) {
  for (const Delivery delivery :
       {Delivery::kReliable, Delivery::kUnordered, Delivery::kExpiring, Delivery::kBestEffort}) {
    if (text == to_string(delivery)) return delivery;
  }
  return std::nullopt;
}

std::optional<LoadMode> mode_of(std::string_view text) {
  if (text == "bulk") return LoadMode::kBulk;
  if (text == "messages") return LoadMode::kMessages;
  if (text == "handshakes") return LoadMode::kHandshakes;
  if (text == "idle") return LoadMode::kIdle;
  return std::nullopt;
}

template <class Target>
void add_duration(CLI::App& app, std::string name, Target& target, std::string help, Duration least,
                  Duration most) {
  add_parsed(app, std::move(name), target, std::move(help),
             "a time such as 10s or 250ms, from " + format_duration(least) + " to " +
                 format_duration(most),
             [least, most](const std::string& text) {
               auto time = parse_duration(text);
               return time && *time >= least && *time <= most ? time : std::nullopt;
             })
      ->type_name("TIME");
}

template <class Target>
void add_size(CLI::App& app, std::string name, Target& target, std::string help,
              std::uint64_t least, std::uint64_t most) {
  add_parsed(app, std::move(name), target, std::move(help),
             "a size such as 4096 or 64KiB, from " + std::to_string(least) + " to " +
                 std::to_string(most) + " bytes",
             [least, most](const std::string& text) {
               auto size = parse_size(text);
               return size && *size >= least && *size <= most ? size : std::nullopt;
             })
      ->type_name("SIZE");
}

/// `shown`: how the help names the value, and its default if there is one.
template <class Target>
void add_number(CLI::App& app, std::string name, Target& target, std::string help,
                std::string shown, std::uint64_t least, std::uint64_t most) {
  add_parsed(app, std::move(name), target, std::move(help),
             "a number from " + std::to_string(least) + " to " + std::to_string(most),
             [least, most](const std::string& text) -> std::optional<std::uint64_t> {
               std::uint64_t number = 0;
               const char* end = text.data() + text.size();
               const auto [stopped, error] = std::from_chars(text.data(), end, number);
               if (error != std::errc() || stopped != end) return std::nullopt;
               return number >= least && number <= most ? std::optional(number) : std::nullopt;
             })
      ->option_text(std::move(shown));
}

void add_server(CLI::App& app, ServerArgs& server) {
  add_parsed(app, "server", server.host, "The server", "HOST:PORT with a port from 1 to 65535",
             [](const std::string& text) {
               const auto host = parse_host_port(text);
               return host && host->port != 0 ? std::optional(*host) : std::nullopt;
             })
      ->type_name("HOST:PORT")
      ->required();
  add_parsed(app, "--pin", server.pins, "Trust exactly this key; may be repeated",
             "a key or its sha256:... fingerprint",
             [](const std::string& text) { return Pin::parse(text); })
      ->type_name("KEY|sha256:...");
  app.add_option("--pin-file", server.pin_files, "Trust exactly the keys in this file")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--known-hosts", server.known_hosts, "Servers that are trusted, one a line")
      ->type_name("FILE")
      ->default_str(server.known_hosts.string());
  app.add_flag("--insecure-accept-any", server.accept_any,
               "Trust anybody, even an attacker in the middle")
      ->excludes("--pin")
      ->excludes("--pin-file");
  app.add_option("--identity", server.identity_file, "Private key to show to the server")
      ->type_name("FILE");
  add_duration(app, "--timeout", server.timeout, "How long a handshake may take, 1s to 60s [10s]",
               kTimeoutMin, kTimeoutMax);
  const auto only = [&server](Family family) {
    return [&server, family] { server.family = family; };
  };
  auto* v4 = app.add_flag_callback("-4", only(Family::kIpv4), "IPv4 only");
  app.add_flag_callback("-6", only(Family::kIpv6), "IPv6 only")->excludes(v4);
  add_parsed(app, "--bind", server.bind, "Local address", "ADDRESS:PORT",
             [](const std::string& text) { return parse_endpoint(text); })
      ->type_name("ADDRESS:PORT");
  app.add_flag("--no-resume", server.no_resume, "Neither use nor keep a session ticket");
  app.add_flag("-v,--verbose", server.verbose, "Tell about the session on standard error");
}

void add_service(CLI::App& app, std::string& service) {
  app.add_option("service", service, "Service to talk to")
      ->capture_default_str()
      ->check([](const std::string& text) {
        const bool good = text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
                            return c > 0x20 && c < 0x7f;
                          });
        return good ? std::string() : "a service has up to 63 printable characters";
      })
      ->type_name("SERVICE");
}

void add_connect(CLI::App& app, Options& options) {
  ConnectArgs& args = options.connect;
  args.stream.service = "echo";
  auto* command = app.add_subcommand(
      "connect", "Join standard input and output with a stream, until both sides are done");
  command->callback([&options] { options.command = Command::kConnect; });
  add_server(*command, options.server);
  add_service(*command, args.stream.service);
  add_parsed(*command, "--framing", args.stream.framing, "bytes, or messages: one a line [bytes]",
             "bytes or messages", [](const std::string& text) { return framing_of(text); })
      ->type_name("KIND");
  add_parsed(*command, "--urgency", args.stream.urgency, "0 goes before 1 and so on to 7 [3]",
             "a number from 0 to 7",
             [](const std::string& text) -> std::optional<std::uint8_t> {
               if (text.size() != 1 || text[0] < '0' || text[0] > '7') return std::nullopt;
               return static_cast<std::uint8_t>(text[0] - '0');
             })
      ->type_name("N");
  auto* send_only = command->add_flag("--send-only", args.send_only, "Discard what arrives");
  auto* recv_only = command->add_flag("--recv-only", args.recv_only, "Do not read standard input")
                        ->excludes(send_only);
  command
      ->add_flag("--early", args.early,
                 "Send what standard input begins with along with the hello, where a ticket allows "
                 "it: it may reach the service twice, if somebody records it and sends it again")
      ->excludes(recv_only)
      ->excludes(command->get_option("--no-resume"));
  add_duration(*command, "-q", args.quit_after,
               "Stop waiting for more this long after the end of standard input", 0s, 24h);
  command->add_flag("--stats", args.stats, "One line of figures on standard error at the end");
}

void add_ping(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand("ping", "Set up a session and measure heartbeats");
  command->callback([&options] { options.command = Command::kPing; });
  add_server(*command, options.server);
  add_number(*command, "-c,--count", options.ping.count, "End after so many", "COUNT", 1,
             UINT32_MAX);
  add_duration(*command, "-i,--interval", options.ping.interval,
               "Time from one to the next, 10ms to 10s [1s]", kPingIntervalMin, kPingIntervalMax);
}

void add_check(CLI::App& app, Options& options) {
  CheckArgs& args = options.check;
  auto* command = app.add_subcommand(
      "check", "Set up a session, send a message on each of some streams and compare the echo");
  command->callback([&options] { options.command = Command::kCheck; });
  add_server(*command, options.server);
  add_service(*command, args.service);
  add_number(*command, "--streams", args.streams, "How many streams", "N [1]", 1, kStreamsMax);
  command->add_flag("--hold", args.hold, "Then stay until the server closes the session");
}

void add_send(CLI::App& app, Options& options) {
  SendArgs& args = options.send;
  args.service = "sink";
  auto* command = app.add_subcommand("send", "Put load on a server and measure");
  command->callback([&options] { options.command = Command::kSend; });
  add_server(*command, options.server);
  add_service(*command, args.service);
  add_parsed(*command, "--mode", args.mode, "bulk, messages, handshakes or idle [bulk]",
             "bulk, messages, handshakes or idle",
             [](const std::string& text) { return mode_of(text); })
      ->type_name("{bulk,messages,handshakes,idle}");
  add_parsed(*command, "--delivery", args.delivery,
             "reliable, unordered, expiring or best-effort; all but reliable send messages "
             "[reliable]",
             "reliable, unordered, expiring or best-effort",
             [](const std::string& text) { return delivery_of(text); })
      ->type_name("KIND");
  add_duration(*command, "--ttl", args.time_to_live,
               "How long an expiring message is worth sending, 1ms to 10m [1s]", 1ms, 10min);
  add_number(*command, "--sessions", args.sessions, "Sessions, all on one socket", "N [1]", 1,
             kSessionsMax);
  add_number(*command, "--streams", args.streams, "Streams of each session", "N [1]", 1,
             kStreamsMax);
  add_size(*command, "--bytes", args.bytes, "What each stream sends", 1, kBytesMax);
  add_duration(*command, "--duration", args.duration,
               "End after so long, up to a day [5s, or 10m where the other limits end it]", 1ms,
               24h);
  add_size(*command, "--size", args.size, "Bytes of each message [256], or of each write [64KiB]",
           1, kSizeMax);
  add_number(*command, "--parallel", args.parallel, "Handshakes under way at the same time",
             "N [64]", 1, 65536);
  command
      ->add_flag("--early", args.early,
                 "Begin the streams of the first session along with its hello, where a ticket "
                 "allows it; what goes early may arrive twice")
      ->excludes(command->get_option("--no-resume"));
  command->add_flag("--json", args.json, "Print the figures as one JSON object");
}

void add_keygen(CLI::App& app, Options& options) {
  auto* command =
      app.add_subcommand("keygen", "Make a private key in a new file; print the public one");
  command->callback([&options] { options.command = Command::kKeygen; });
  command->add_option("file", options.keygen_file, "Where to")->type_name("FILE")->required();
}

void set_defaults(Options& options) {
  options.server.name = host_name_of(options.server.host);
  SendArgs& send = options.send;
  if (send.delivery != Delivery::kReliable && send.mode == LoadMode::kBulk) {
    send.mode = LoadMode::kMessages;
  }
  if (send.size == 0) send.size = send.mode == LoadMode::kMessages ? 256 : 64 * 1024;
  const bool streams = send.mode == LoadMode::kBulk || send.mode == LoadMode::kMessages;
  const bool counted = streams ? send.bytes.has_value()
                               : send.mode == LoadMode::kHandshakes && send.sessions.has_value();
  if (send.duration == Duration(0)) send.duration = counted ? Duration(10min) : Duration(5s);
}

void add_everything(CLI::App& app, Options& options) {
  app.set_version_flag("--version", std::string("jscat ") + JS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 the service refused, an echo differed or no ping was answered, 2 "
      "wrong usage, "
      "255 no session with the server, or it broke off.");
  add_connect(app, options);
  add_ping(app, options);
  add_check(app, options);
  add_send(app, options);
  add_keygen(app, options);
}

}  // namespace

void visit_grammar(const std::function<void(const CLI::App&)>& visit) {
  Options options;
  options.server.known_hosts = "~/.config/jetstream/known_hosts";
  CLI::App app(kAbout, "jscat");
  add_everything(app, options);
  visit(app);
}

std::variant<Options, Answer> parse_args(int argc, const char* const* argv) {
  Options options;
  options.server.known_hosts = default_known_hosts();
  CLI::App app(kAbout, "jscat");
  add_everything(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (auto answer = unknown_command(app, argc, argv)) return *std::move(answer);
    std::ostringstream out;
    const int code = app.exit(error, out, out);
    return Answer{code == 0 ? kExitOk : kExitUsage, out.str()};
  }
  set_defaults(options);
  const bool has_streams =
      options.send.mode == LoadMode::kBulk || options.send.mode == LoadMode::kMessages;
  if (options.send.early && !has_streams) {
    return Answer{kExitUsage, to_text({kExitUsage, "--early needs streams to begin with", "",
                                       "--mode bulk or --mode messages"})};
  }
  ServerArgs& server = options.server;
  if (!server.no_resume && !server.known_hosts.empty()) {
    server.tickets = server.known_hosts.parent_path() / "tickets";
  }
  return options;
}

}  // namespace jetstream::jscat
