// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <variant>

#include "daemon/config/config.h"

namespace CLI {
class App;
}

namespace jetstream::daemon {

/// Exit codes of jetstreamd; 78 is EX_CONFIG of sysexits.h.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitConfig = 78;

enum class Action { kRun, kCheck, kDumpConfig, kPrintDefaultConfig };

/// What the command line asked for.
struct Options {
  Action action = Action::kRun;
  std::filesystem::path config_file;
  Overrides overrides;
};

/// The command line is answered already: print `text` (to standard error if `code` is not 0) and
/// exit.
struct Answer {
  int code = kExitOk;
  std::string text;
};

/// Shows the grammar of the command line to `visit`, for its documents.
void visit_grammar(const std::function<void(const CLI::App&)>& visit);

/// Reads the command line and JETSTREAMD_CONFIG, which names the configuration where --config
/// doesn't. Files are not touched.
std::variant<Options, Answer> parse_args(int argc, const char* const* argv);

}  // namespace jetstream::daemon
