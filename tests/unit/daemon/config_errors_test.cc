// SPDX-License-Identifier: MIT
//
// Every rule of the configuration file: what breaks it, where the message points, and what it says.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/config/config.h"
#include "daemon/config/config_schema.h"
#include "daemon/config/config_yaml.h"

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

// The errors of a text, one a line: LINE:COLUMN+LENGTH WHAT | HELP.
std::string errors_of(const std::string& text) {
  const auto config = load_config_text("/etc/jetstreamd/test.yaml", text);
  if (config) return "accepted";
  std::string out;
  for (const Diagnostic& error : config.error().list) {
    out += std::to_string(error.position.line) + ":" + std::to_string(error.position.column) + "+" +
           std::to_string(error.position.length) + " " + error.what + " | " + error.help + "\n";
  }
  return out;
}

std::string error_after_version(const std::string& text) {
  const std::string out = errors_of("version: 1\n" + text);
  return out.substr(0, out.find('\n'));
}

Config accepted(const std::string& text) {
  auto config = load_config_text("/etc/jetstreamd/test.yaml", "version: 1\n" + text);
  if (!config) FAIL(config.error().text());
  return *config;
}

}  // namespace

TEST_CASE("version comes first, is known, and is enough") {
  CHECK(errors_of("version: 1\n") == "accepted");
  CHECK(errors_of("") == "1:1+1 the file is empty | start with \"version: 1\"\n");
  CHECK(errors_of("# nothing\n") == "1:1+1 the file is empty | start with \"version: 1\"\n");
  CHECK(errors_of("log: {level: info}\n") ==
        "1:1+3 the first key must be \"version\" | start with \"version: 1\"\n");
  CHECK(errors_of("log: {level: info}\nversion: 1\n") ==
        "1:1+3 the first key must be \"version\" | start with \"version: 1\"\n");
  CHECK(errors_of("version: 2\n") ==
        "1:10+1 \"2\" is out of range for version | whole number, 1\n");
  CHECK(errors_of("- version: 1\n") ==
        "1:1+1 a configuration is a map of keys | start with \"version: 1\"\n");
  CHECK(errors_of("{}\n") ==
        "1:1+1 the first key must be \"version\" | start with \"version: 1\"\n");
}

TEST_CASE("the YAML subset") {
  CHECK(error_after_version("log: &a {level: info}") ==
        "2:6+2 anchors are not supported | write values out where they belong");
  CHECK(error_after_version("log: {level: &a info}") ==
        "2:14+2 anchors are not supported | write values out where they belong");
  CHECK(error_after_version("log: *a").find("2:") == 0);
  CHECK(errors_of("version: &v 1\nlog: *v\n") ==
        "1:10+2 anchors are not supported | write values out where they belong\n");
  CHECK(error_after_version("log: {level: !!str info}") ==
        "2:14+5 tags are not supported | the key decides about the type of its value");
  CHECK(error_after_version("log: !x {}") ==
        "2:6+2 tags are not supported | the key decides about the type of its value");
  CHECK(error_after_version("log: {<<: {level: info}}") ==
        "2:7+2 merge keys are not supported | write the keys out");
  CHECK(error_after_version("---\nlog: {}") ==
        "2:1+1 a second document starts here | a configuration is one document");
  CHECK(error_after_version("log: {level: info, level: debug}") ==
        "2:20+5 duplicate key \"level\" | it is set on line 2 already");
  CHECK(error_after_version("? [a]\n: 1") == "2:3+1 a key must be a plain word | ");
  CHECK(error_after_version("log:\n\tlevel: info") ==
        "3:1+1 a tab in the indentation | indent with spaces");
  CHECK(error_after_version("log:\n  level: info\n \tformat: text") ==
        "4:2+1 a tab in the indentation | indent with spaces");
  CHECK(error_after_version("log: [").find("the bracket of line 2, column 6 is still open") !=
        std::string::npos);
  CHECK(error_after_version("log: {level: info")
            .find("the bracket of line 2, column 6 is still open") != std::string::npos);
  CHECK(error_after_version("log: a: b").find("2:7+1 not valid YAML") == 0);
  CHECK(errors_of("---\nversion: 1\n...\n") == "accepted");
  CHECK(errors_of("version: 1\r\nlog:\r\n  level: info\r\n") == "accepted");
}

TEST_CASE("a quote that is not closed on its line takes nothing below with it") {
  const std::string below = "\naccess: {deny: [10.0.0.0/8]}\nlog: {level: info}\n";
  const std::string open = " the quote that is opened here is not closed on this line | write ";
  const std::string either = " behind the value as well, or leave both out\n";
  for (const std::string quote : {"\"", "'"}) {
    INFO(quote);
    const std::string told = open + (quote == "'" ? "\"'\"" : "'\"'") + either;
    const auto errors = [&](const std::string& text) { return errors_of("version: 1\n" + text); };
    CHECK(errors("metrics:\n  listen: " + quote + "unix:/m.sock" + below) == "3:11+1" + told);
    CHECK(errors("metrics:\n  listen: " + quote + "unix:/m.sock") == "3:11+1" + told);
    // The next quote would close it, and whatever is behind that is no YAML.
    CHECK(errors("metrics:\n  listen: " + quote + "unix:/m.sock\nadmin: {socket: {group: " + quote +
                 "a" + quote + "}}\n") == "3:11+1" + told);
    CHECK(errors("access: {deny: [" + quote + "10.0.0.0/8]}" + below) == "2:17+1" + told);
    CHECK(errors("access:\n  deny:\n    - " + quote + "10.0.0.0/8" + below) == "4:7+1" + told);
    CHECK(errors(quote + "log: {level: info}" + below) == "2:1+1" + told);
    CHECK(errors("? " + quote + "log\n  " + quote + "\n: {level: info}\n") == "2:3+1" + told);
    CHECK(errors("metrics: {listen: " + quote + "unix:/m\r\n  .sock" + quote + "}\n") ==
          "2:19+1" + told);
  }
  CHECK(errors_of("version: 1\nmetrics: {listen: \"unix:/m\\\n  .sock\"}\n").starts_with("2:19+1"));
  CHECK(errors_of("version: 1\nmetrics: {listen: \"unix:/m\\\"}\nlog: {}\n").starts_with("2:19+1"));
}

TEST_CASE("quotes that are closed, and those that are none, are no trouble") {
  CHECK(accepted("metrics: {listen: 'unix:/it''s.sock'}").metrics_listen == "unix:/it's.sock");
  CHECK(accepted("metrics: {listen: \"unix:/a\\\"b\\\\\"}").metrics_listen == "unix:/a\"b\\");
  CHECK(accepted("metrics: {listen: unix:/it's.sock} # don't").metrics_listen == "unix:/it's.sock");
  CHECK(accepted("access:\n  deny: [ # a list may take\n    '10.0.0.0/8',\n    10.1.0.1]\n")
            .access_deny.size() == 2);
  CHECK(accepted("metrics:\n  listen:\n    unix:/below\n").metrics_listen == "unix:/below");
}

TEST_CASE("keys and values of several lines are none") {
  const std::string told =
      " what begins here goes on in the lines below | keys and values end on their line; look at "
      "the indentation of the next one";
  CHECK(error_after_version("log:\n  level: info\n    debug\n") == "3:10+4" + told);
  CHECK(error_after_version("log: {level: info\n  debug}\n") == "2:14+4" + told);
  CHECK(error_after_version("log:\n  level: |\n    info\n") == "3:10+1" + told);
  CHECK(error_after_version("log:\n  level: >-\n    info\n") == "3:10+2" + told);
  CHECK(error_after_version("? log\n  file\n: 1\n") == "2:3+3" + told);
  CHECK(error_after_version("? |\n  log\n: {level: info}\n") == "2:3+1" + told);
}

TEST_CASE("the encoding") {
  CHECK(error_after_version("log: {level: \xff}") ==
        "2:14+1 not valid UTF-8 | save the file as UTF-8");
  CHECK(errors_of("\xef\xbb\xbfversion: 1\n") ==
        "1:1+1 a byte order mark | save the file as UTF-8 without it\n");
  CHECK(errors_of(std::string("version: 1\0\n", 12)) ==
        "1:11+1 a control character | a configuration is plain text\n");
  CHECK(error_after_version("log: {level: \x1b[2J}") ==
        "2:14+1 a control character | a configuration is plain text");
  CHECK(error_after_version("admin: {socket: {group: \"a\\0b\"}}") ==
        "2:25+6 the value of \"admin.socket.group\" holds a control character | ");
}

TEST_CASE("size and depth end where they are documented to") {
  const std::string head = "version: 1\n";
  CHECK(errors_of(head + std::string(kConfigBytesMax - head.size(), '#')) == "accepted");
  CHECK(errors_of(head + std::string(kConfigBytesMax - head.size() + 1, '#'))
            .find("larger than 1 MiB") != std::string::npos);
  const auto nested = [](std::size_t depth) {
    return "services: " + std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(error_after_version(nested(15)) ==
        "2:11+1 \"services\" is a map of names | such as echo: {type: echo}");
  CHECK(error_after_version(nested(16)) == "2:26+1 nested deeper than 16 levels | ");
  CHECK(error_after_version(nested(400000)) == "2:26+1 nested deeper than 16 levels | ");
}

TEST_CASE("keys") {
  CHECK(error_after_version("sessions:\n  timeot: 30s") ==
        "3:3+6 unknown key \"timeot\" in \"sessions\" | did you mean \"timeout\"?");
  CHECK(error_after_version("sesions: {}") ==
        "2:1+7 unknown key \"sesions\" | did you mean \"sessions\"?");
  CHECK(error_after_version("max_streams: 5") ==
        "2:1+11 unknown key \"max_streams\" | \"max_streams\" belongs into \"sessions\"");
  CHECK(error_after_version("handshake: {zzzzzzzz: 5}") ==
        "2:13+8 unknown key \"zzzzzzzz\" in \"handshake\" | the keys here are timeout, "
        "half_open_max, rate_per_source, burst_per_source, retry");
  CHECK(error_after_version("server.listen: x").find("unknown key \"server.listen\"") !=
        std::string::npos);
  CHECK(error_after_version("services: {a: {type: echo, tipe: echo}}") ==
        "2:28+4 unknown key \"tipe\" in \"services.a\" | did you mean \"type\"?");
  CHECK(error_after_version("services.*: {type: echo}").find("unknown key") != std::string::npos);
  CHECK(error_after_version("log: info") ==
        "2:6+4 \"log\" holds keys, not a value | the keys are level, modules, format, "
        "peer_addresses, "
        "summary_interval");
  CHECK(error_after_version("log: [info]") ==
        "2:6+1 \"log\" holds keys, not a value | the keys are level, modules, format, "
        "peer_addresses, "
        "summary_interval");
  CHECK(error_after_version("log:") == "accepted");
  CHECK(error_after_version("log: {level: }") ==
        "2:7+5 \"level\" has no value | leave the key out for its default; check the indentation "
        "of what follows");
  CHECK(error_after_version("log: {level: ~}") ==
        "2:7+5 \"level\" has no value | leave the key out for its default; check the indentation "
        "of what follows");
  CHECK(error_after_version("log: {level: [info]}") == "2:14+1 \"log.level\" is a single value | ");
}

TEST_CASE("values point at themselves") {
  CHECK(error_after_version("sessions: {timeout: 30}") ==
        "2:21+2 \"30\" has no unit for sessions.timeout | did you mean \"30s\"?");
  CHECK(error_after_version("sessions: {timeout: \"30\"}") ==
        "2:21+4 \"30\" has no unit for sessions.timeout | did you mean \"30s\"?");
  CHECK(error_after_version("sessions: {timeout: 999ms}") ==
        "2:21+5 \"999ms\" is out of range for sessions.timeout | duration, 1s to 10m");
  CHECK(error_after_version("sessions: {timeout: 601s}") ==
        "2:21+4 \"601s\" is out of range for sessions.timeout | duration, 1s to 10m");
  CHECK(error_after_version("sessions: {max_streams: \"5\"}") ==
        "2:25+3 \"5\" is text for sessions.max_streams | leave the quotes out");
  CHECK(error_after_version("sessions: {heartbeat_enabled: yes}") ==
        "2:31+3 \"yes\" is neither true nor false | did you mean true?");
  CHECK(error_after_version("sessions: {heartbeat_enabled: \"true\"}") ==
        "2:31+6 \"true\" is text for sessions.heartbeat_enabled | leave the quotes out");
  CHECK(error_after_version("log: {level: loud}") ==
        "2:14+4 \"loud\" is not possible for log.level | write trace, debug, info, warning, error");
  CHECK(error_after_version("log: {level: debgu1}").find("write trace") != std::string::npos);
  CHECK(error_after_version("log: {level: warn}") ==
        "2:14+4 \"warn\" is not possible for log.level | write trace, debug, info, warning, error");
  CHECK(error_after_version("log: {level: debugg}") ==
        "2:14+6 \"debugg\" is not possible for log.level | did you mean \"debug\"?");
  CHECK(error_after_version("server: {workers: 65}") ==
        "2:19+2 \"65\" is out of range for server.workers | whole number, 1 to 64, or auto");
  CHECK(error_after_version("admin: {socket: {mode: 0060}}") ==
        "2:24+4 \"0060\" keeps the daemon itself out | the first digit after the zero must be 6 or "
        "7");
}

TEST_CASE("addresses") {
  CHECK(error_after_version("server: {listen: []}") ==
        "2:18+1 \"server.listen\" is empty | address or list of addresses, at most 16");
  CHECK(error_after_version("server: {listen: {a: b}}") ==
        "2:18+1 \"server.listen\" is an address or a list of them | ");
  CHECK(error_after_version("server: {listen: [\"127.0.0.1:1\", \"127.0.0.1:1\"]}") ==
        "2:34+13 \"127.0.0.1:1\" stands in \"server.listen\" already | ");
  CHECK(error_after_version("server: {listen: [[a]]}") ==
        "2:19+1 \"server.listen\" is a single value | ");
  std::string many = "server: {listen: [";
  for (int i = 1; i <= 16; ++i) many += "\"127.0.0.1:" + std::to_string(i) + "\", ";
  CHECK(accepted(many + "]}").listen.size() == 16);
  CHECK(error_after_version(many + "\"127.0.0.1:17\"]}") ==
        "2:18+1 \"server.listen\" has 17 entries | address or list of addresses, at most 16");
  CHECK(accepted("server: {listen: \"[::1]:7\"}").listen[0].to_string() == "[::1]:7");
  CHECK(accepted("server: {listen: [\"127.0.0.1:0\", \"127.0.0.1:0\"]}").listen.size() == 2);
}

TEST_CASE("a number without a unit gets one that the range allows, or the range") {
  const auto told = [](const std::string& text) {
    const std::string error = error_after_version("sessions: {cleanup_interval: " + text + "}");
    return error.substr(error.find(" | ") + 3);
  };
  CHECK(told("1") == "did you mean \"1s\"?");
  CHECK(told("3600") == "did you mean \"3600s\"?");
  CHECK(told("3601") == "did you mean \"3601ms\"?");
  CHECK(told("0") == "duration, 100ms to 1h");
  CHECK(told("3600001") == "duration, 100ms to 1h");
  CHECK(told("99999999999999999999") == "duration, 100ms to 1h");
}

TEST_CASE("a key that is written with its section is told how to be nested") {
  CHECK(error_after_version("access.deny: []") ==
        "2:1+11 unknown key \"access.deny\" | sections are nested: access: {deny: ...}");
  CHECK(error_after_version("admin.socket.path: a") ==
        "2:1+17 unknown key \"admin.socket.path\" | sections are nested: "
        "admin: {socket: {path: ...}}");
  CHECK(error_after_version("limits.global: {}").ends_with("limits: {global: ...}"));
  CHECK(error_after_version("access.nothing: []").find("nested") == std::string::npos);
  CHECK(error_after_version("log: {levle: info}") ==
        "2:7+5 unknown key \"levle\" in \"log\" | did you mean \"level\"?");
}

TEST_CASE("bits behind the prefix are told with what was meant") {
  CHECK(error_after_version("access: {deny: [192.0.2.1/24]}") ==
        "2:17+12 \"192.0.2.1/24\" has bits set behind the prefix | did you mean 192.0.2.0/24 or "
        "192.0.2.1?");
}

TEST_CASE("blocks of addresses") {
  const auto exempt = accepted("limits: {exempt: [10.0.0.0/8, \"2001:db8::/32\", 192.0.2.1]}");
  REQUIRE(exempt.limits_exempt.size() == 3);
  CHECK(exempt.limits_exempt[0].to_string() == "10.0.0.0/8");
  CHECK(exempt.limits_exempt[1].to_string() == "2001:db8::/32");
  CHECK(exempt.limits_exempt[2].contains(PeerAddress::v4({192, 0, 2, 1}, 9)));
  CHECK_FALSE(exempt.limits_exempt[2].contains(PeerAddress::v4({192, 0, 2, 2}, 9)));
  CHECK(accepted("limits: {exempt: []}").limits_exempt.empty());
  CHECK(accepted("limits: {exempt: 10.0.0.0/8}").limits_exempt.size() == 1);
  CHECK(error_after_version("limits: {exempt: [10.0.0.0/8, 10.0.0.0/8]}") ==
        "2:31+10 \"10.0.0.0/8\" stands in \"limits.exempt\" already | ");
  for (const std::string text : {"10.0.0.0/33", "10.0.0.0:80", "localhost", "[::1]"}) {
    INFO(text);
    CHECK(error_after_version("limits: {exempt: \"" + text + "\"}")
              .find("is not an address or a block of them") != std::string::npos);
  }
  std::string many = "limits: {exempt: [";
  for (int i = 0; i < 64; ++i) many += "10.0.0." + std::to_string(i) + ", ";
  CHECK(accepted(many + "]}").limits_exempt.size() == 64);
  CHECK(error_after_version(many + "10.0.1.0]}").find("has 65 entries") != std::string::npos);
}

TEST_CASE("limits per source") {
  const Config config = accepted(
      "handshake: {rate_per_source: 7, burst_per_source: 9}\nsessions: {max_per_source: 11}");
  CHECK(config.handshake_rate_per_source == 7);
  CHECK(config.handshake_burst_per_source == 9);
  CHECK(config.sessions_max_per_source == 11);
  CHECK(accepted("handshake: {rate_per_source: off}").handshake_rate_per_source == 0);
}

TEST_CASE("paths") {
  CHECK(accepted("server: {state_dir: state}").state_dir == "/etc/jetstreamd/state");
  CHECK(accepted("server: {state_dir: ../x/./y}").state_dir == "/etc/x/y");
  CHECK(accepted("server: {state_dir: /srv/js}").identity_key_file() == "/srv/js/identity.key");
  CHECK(accepted("server: {identity: {key_file: k}}").identity_key_file() == "/etc/jetstreamd/k");
  CHECK(error_after_version("server: {state_dir: ~/x}") ==
        "2:21+3 \"~/x\" is not expanded | write the path out; a relative one starts at the folder "
        "of this file");
  CHECK(error_after_version("server: {state_dir: \"${HOME}/x\"}").find("is not expanded") !=
        std::string::npos);
  CHECK(error_after_version("server: {state_dir: \"\"}") ==
        "2:21+2 server.state_dir is empty | leave the key out if it has no value");
  CHECK(accepted("admin: {socket: {path: /" + std::string(106, 'a') + "}}")
            .admin_socket.native()
            .size() == 107);
  CHECK(error_after_version("admin: {socket: {path: /" + std::string(107, 'a') + "}}")
            .find("admin.socket.path is too long") != std::string::npos);
  CHECK(error_after_version("admin: {socket: {path: " + std::string(100, 'a') + "}}")
            .find("the path for admin.socket.path is 116 bytes long") != std::string::npos);
}

TEST_CASE("services") {
  const Config config = accepted("services: {web: {type: echo}, hole: {type: sink}}");
  CHECK(config.services.size() == 2);
  CHECK(config.services.at("web").type == ServiceType::kEcho);
  CHECK(config.services.at("hole").type == ServiceType::kSink);
  CHECK(accepted("services: {}").services.empty());
  CHECK(error_after_version("services: {a: {}}") ==
        "2:15+1 \"services.a\" needs the key \"type\" | one of echo, sink");
  CHECK(error_after_version("services: {a: echo}") ==
        "2:15+4 \"services.a\" holds keys, not a value | the keys are type, early_data");
  CHECK(error_after_version("services: {a: }") ==
        "2:12+1 \"a\" has no value | leave the key out for its default; check the indentation of "
        "what follows");
  CHECK(error_after_version("services: {a b: {type: echo}}") ==
        "2:12+3 \"a b\" can't be a name in \"services\" | names are 1 to 63 printable ASCII "
        "characters without blanks");
  CHECK(error_after_version("services: {\"\": {type: echo}}").find("can't be a name") !=
        std::string::npos);
  CHECK(accepted("services: {" + std::string(63, 'n') + ": {type: echo}}").services.size() == 1);
  CHECK(error_after_version("services: {" + std::string(64, 'n') + ": {type: echo}}")
            .find("can't be a name") != std::string::npos);
  CHECK(error_after_version("services: {é: {type: echo}}").find("can't be a name") !=
        std::string::npos);
}

TEST_CASE("the read socket lies beside the admin socket unless it is named") {
  const auto beside = [](const std::string& admin) {
    return accepted("admin: {socket: {path: " + admin + "}}").read_socket_path();
  };
  CHECK(beside("/x/admin.sock") == "/x/read.sock");
  CHECK(beside("/x/a.sock") == "/x/a-read.sock");
  CHECK(beside("/x/a") == "/x/a-read");
  CHECK(accepted("admin: {read_socket: {path: /y/r.sock}}").read_socket_path() == "/y/r.sock");
  CHECK_FALSE(accepted("admin: {read_socket: {enabled: false}}").admin_read_socket_enabled);
  CHECK(errors_of("version: 1\nadmin: {socket: {path: /a}, read_socket: {path: /a}}")
            .find("admin.read_socket.path is the path of the admin socket") != std::string::npos);
  CHECK(accepted("admin: {socket: {path: /a}, read_socket: {path: /a, enabled: false}}")
            .admin_socket == "/a");
}

TEST_CASE("admin access") {
  const Config config =
      accepted("admin: {access: [{user: ana, role: admin}, {group: \"4711\", role: read}]}");
  REQUIRE(config.admin_access.size() == 2);
  CHECK(config.admin_access[0].user == "ana");
  CHECK(config.admin_access[0].role == AdminRole::kAdmin);
  CHECK(config.admin_access[1].group == "4711");
  CHECK(config.admin_access[1].role == AdminRole::kRead);
  CHECK(error_after_version("admin: {access: [{user: ana}]}") ==
        "2:18+1 \"admin.access[0]\" needs the key \"role\" | one of read, operate, admin");
  CHECK(error_after_version("admin: {access: [{role: read}]}") ==
        "2:18+1 \"admin.access[0]\" needs either \"user\" or \"group\" | ");
  CHECK(error_after_version("admin: {access: [{user: a, group: b, role: read}]}") ==
        "2:18+1 \"admin.access[0]\" needs either \"user\" or \"group\" | ");
  CHECK(error_after_version("admin: {access: [ana]}") ==
        "2:18+3 \"admin.access[0]\" holds keys, not a value | the keys are user, group, role");
  CHECK(error_after_version("admin: {access: {user: ana}}") ==
        "2:17+1 \"admin.access\" is a list | write [] or items that start with \"- \"");
  CHECK(errors_of("version: 1\nadmin: {access: [{user: [], role: read}]}") ==
        "2:25+1 \"admin.access[0].user\" is a single value | \n");
}

TEST_CASE("levels of modules") {
  const Config config =
      accepted("log: {modules: [{module: stream, level: trace}, {module: admin, level: error}]}");
  REQUIRE(config.log_modules.size() == 2);
  CHECK(split_choices(kLogModules)[config.log_modules[0].module] == "stream");
  CHECK(config.log_modules[0].level == LogLevel::kTrace);
  CHECK(split_choices(kLogModules)[config.log_modules[1].module] == "admin");
  CHECK(error_after_version("log: {modules: [{module: steram, level: debug}]}")
            .find("did you mean \"stream\"?") != std::string::npos);
  CHECK(error_after_version("log: {modules: [{level: debug}]}").find("needs the key \"module\"") !=
        std::string::npos);
  CHECK(error_after_version(
            "log: {modules: [{module: ban, level: info}, {module: ban, level: error}]}") ==
        "2:54+3 log.modules names the module ban twice | leave one of them out");
}

TEST_CASE("values that are wrong together") {
  CHECK(error_after_version("sessions: {message_bytes_max: 257KiB}") ==
        "2:31+6 sessions.message_bytes_max (257KiB) is larger than sessions.max_stream_data "
        "(256KiB) | a message must fit into the window of its stream");
  CHECK(error_after_version("sessions: {max_stream_data: 16KiB}")
            .find("2:29+5 sessions.message_bytes_max (256KiB)") == 0);
  CHECK(error_after_version("sessions: {message_bytes_max: 256KiB}") == "accepted");
  CHECK(error_after_version("limits: {worker_memory: 8191KiB}") ==
        "2:25+7 limits.worker_memory (8191KiB) is too little for sessions.message_bytes_max "
        "(256KiB) | each address of a worker needs 32 times the largest message");
  CHECK(error_after_version("limits: {worker_memory: 8MiB}") == "accepted");
  CHECK(error_after_version("server: {listen: [127.0.0.1:1, 127.0.0.1:2]}\n"
                            "limits: {worker_memory: 8MiB}")
            .find("3:25+4 limits.worker_memory (8MiB)") == 0);
  CHECK(error_after_version("drain: {deadline: 5s}") == "accepted");
  CHECK(error_after_version("drain: {deadline: 4s}").find("drain.pace is longer than") !=
        std::string::npos);
  CHECK(error_after_version("dynamic_bans: {warn_at: 60}") == "accepted");
  CHECK(error_after_version("dynamic_bans: {warn_at: 61}") ==
        "2:25+2 dynamic_bans.warn_at is more than dynamic_bans.ban_at | nobody would be warned of "
        "before the ban");
  CHECK(error_after_version("dynamic_bans: {duration: 61m}").find("is longer than") !=
        std::string::npos);
  CHECK(error_after_version("server: {client_auth: required}") ==
        "2:23+8 client_auth: required needs server.authorized_clients_file | name the file with "
        "the public keys of your clients");
  CHECK(accepted("server: {client_auth: required, authorized_clients_file: c}")
            .authorized_clients_file == "/etc/jetstreamd/c");
}

TEST_CASE("all errors come in one run, in the order of the file") {
  CHECK(
      errors_of("log: {level: x}\nsessions: {timeout: 1}\nzzz: 1\nlog: {}\n") ==
      "1:1+3 the first key must be \"version\" | start with \"version: 1\"\n"
      "1:14+1 \"x\" is not possible for log.level | write trace, debug, info, warning, error\n"
      "2:21+1 \"1\" has no unit for sessions.timeout | did you mean \"1s\"?\n"
      "3:1+3 unknown key \"zzz\" | the keys here are version, server, sessions, drain, handshake, "
      "limits, access, dynamic_bans, resumption, services, admin, metrics, log\n"
      "4:1+3 duplicate key \"log\" | it is set on line 1 already\n");
}

TEST_CASE("every value says where it came from") {
  Config config = accepted("sessions:\n  timeout: 60s\nservices: {a: {type: echo}}\n");
  CHECK(config.origin("sessions.timeout") == "/etc/jetstreamd/test.yaml:3");
  CHECK(config.origin("services") == "/etc/jetstreamd/test.yaml:4");
  CHECK(config.origin("sessions.max") == "default");
  config = *load_config_text("/t.yaml", "version: 1\n",
                             {.environment = {},
                              .listen = {PeerAddress::v4({127, 0, 0, 1}, 9)},
                              .state_dir = "/s",
                              .admin_socket = "/a"});
  CHECK(config.origin("server.listen") == "--listen");
  CHECK(config.listen.at(0).port == 9);
  CHECK(config.origin("server.state_dir") == "--state-dir");
  CHECK(config.state_dir == "/s");
  CHECK(config.origin("admin.socket.path") == "--admin-socket");
  CHECK(config.admin_socket == "/a");
}

TEST_CASE("a file that can't be read says why") {
  const auto missing = load_config("/nonexistent/x.yaml");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().text() ==
        "/nonexistent/x.yaml: error: cannot read the configuration: No such file or directory\n"
        "   help: jetstreamd --print-default-config prints one\n"
        "1 error; configuration not loaded\n");
  const auto folder = load_config("/");
  REQUIRE_FALSE(folder.has_value());
  CHECK(folder.error().text().find("Is a directory") != std::string::npos);
}

TEST_CASE("a file is read with paths relative to its folder") {
  char folder[] = "/tmp/jetstream_config_test_XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  const std::filesystem::path file = std::filesystem::path(folder) / "c.yaml";
  std::ofstream(file) << "version: 1\nserver: {state_dir: state}\n";
  const auto config = load_config(file);
  REQUIRE(config.has_value());
  CHECK(config->state_dir == std::filesystem::path(folder) / "state");
  CHECK(config->origin("server.state_dir") == file.string() + ":2");
  std::filesystem::remove_all(folder);
}
