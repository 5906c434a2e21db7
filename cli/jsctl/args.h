// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "jetstream/control.h"
#include "jsctl/outcome.h"

namespace CLI {
class App;
}

namespace jetstream::jsctl {

/// How answers are printed.
enum class Form : std::uint8_t { kTable, kWide, kJson, kNdjson, kCsv };

/// What the command line asks for.
struct Invocation {
  /// Does all of it instead of asking `request` once and printing the answer: for commands that
  /// need no daemon, or more than one answer. `width` is the terminal's.
  std::function<Outcome(const Invocation&, std::size_t width)> run;
  control::Request request;
  std::string socket = "/run/jetstreamd/admin.sock";
  /// Asked instead where the caller does not get at `socket`. Empty when they have named a socket.
  std::string read_socket = "/run/jetstreamd/read.sock";
  std::chrono::milliseconds timeout{5000};
  bool json = false;
  Form form = Form::kTable;  ///< kJson goes with `json`.
  bool header = true;
  /// --columns; of the command's own table if empty.
  std::vector<std::string> columns;
  bool raw = false;  ///< Numbers without units.
  /// Of the request: where the offset of an error points into, as a filter.
  std::string expression;
  bool all = false;  ///< session list: every page.
  /// drain start, stop: until it is over. The timeout holds for each answer then.
  bool wait = false;
};

/// Reads the command line and JSCTL_SOCKET. An Outcome instead when there is nothing to ask the
/// daemon: --help, --version, or a wrong command line.
std::variant<Invocation, Outcome> parse_args(int argc, const char* const* argv);

/// Shows the grammar of the command line to `visit`, for its documents.
void visit_grammar(const std::function<void(const CLI::App&)>& visit);

/// Reads "500ms", "5s" or "1m30s" as the configuration does: 1 ms to a day.
std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text);

}  // namespace jetstream::jsctl
