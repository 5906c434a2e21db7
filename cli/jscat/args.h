// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jetstream/address.h"
#include "jetstream/endpoint.h"
#include "jetstream/identity.h"

namespace CLI {
class App;
}

namespace jetstream::jscat {

enum class Command { kConnect, kPing, kCheck, kSend, kKeygen };
enum class Family { kAny, kIpv4, kIpv6 };

/// Which server, and how it is reached and recognized. All commands but keygen share it.
struct ServerArgs {
  HostPort host;
  /// "HOST:PORT" in one spelling: how known_hosts and messages name the server.
  std::string name;
  std::vector<Pin> pins;
  std::vector<std::filesystem::path> pin_files;
  /// Empty where there is no home folder to look in.
  std::filesystem::path known_hosts;
  /// Where session tickets are kept; empty keeps and uses none.
  std::filesystem::path tickets;
  bool no_resume = false;
  bool accept_any = false;
  std::optional<std::filesystem::path> identity_file;
  Duration timeout = std::chrono::seconds(10);
  Family family = Family::kAny;
  std::optional<PeerAddress> bind;
  bool verbose = false;
};

struct ConnectArgs {
  StreamOptions stream;
  bool send_only = false;  ///< Drop what arrives.
  bool recv_only = false;  ///< Do not look at standard input.
  /// How long after the end of standard input to wait for more.
  std::optional<Duration> quit_after;
  bool stats = false;
  bool early = false;  ///< What standard input has at first goes with the hello, if it can.
};

struct PingArgs {
  std::optional<std::uint64_t> count;
  Duration interval = std::chrono::seconds(1);
  /// How long the last answer may take at least, where the interval is shorter.
  Duration last_answer = std::chrono::seconds(1);
};

struct CheckArgs {
  std::string service = "echo";
  std::uint64_t streams = 1;
  /// Stay until the server closes the session.
  bool hold = false;
};

enum class LoadMode { kBulk, kMessages, kHandshakes, kIdle };

struct SendArgs {
  LoadMode mode = LoadMode::kBulk;
  std::string service;
  /// All but kReliable send messages.
  Delivery delivery = Delivery::kReliable;
  /// With kExpiring.
  Duration time_to_live = StreamOptions().time_to_live;
  /// Without it, handshakes go on for `duration`.
  std::optional<std::uint64_t> sessions;
  std::uint64_t streams = 1;
  /// What each stream sends; without it, `duration` alone ends the sending.
  std::optional<std::uint64_t> bytes;
  Duration duration{};
  /// Bytes given to each send(); with kMessages, of each message.
  std::uint64_t size = 0;
  /// Handshakes under way at the same time.
  std::uint64_t parallel = 64;
  bool early = false;  ///< The first session's streams begin with its hello, if they can.
  bool json = false;
};

/// What the command line asked for.
struct Options {
  Command command = Command::kConnect;
  ServerArgs server;
  ConnectArgs connect;
  PingArgs ping;
  CheckArgs check;
  SendArgs send;
  std::filesystem::path keygen_file;
};

/// The command line is answered already: print `text` (to standard error if `code` is not 0) and
/// exit.
struct Answer {
  int code = 0;
  std::string text;
};

/// Shows the grammar of the command line to `visit`, for its documents.
void visit_grammar(const std::function<void(const CLI::App&)>& visit);

/// Reads the command line. Files are not touched.
std::variant<Options, Answer> parse_args(int argc, const char* const* argv);

}  // namespace jetstream::jscat
