// SPDX-License-Identifier: MIT
//
// The command line, family by family: each add_FAMILY_commands() stands in FAMILY_commands.cc. Only
// these files and args.cc know CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jsctl/args.h"

namespace jetstream::jsctl {

/// Gathers what the command line says into an Invocation.
class Grammar {
 public:
  using MakeArgs = std::function<control::Args()>;

  /// Both must outlive the grammar.
  Grammar(CLI::App& root, Invocation& gathered) : app(root), invocation(gathered) {}

  /// Adds a command of the protocol below `parent`, with the table's help. `make_args` is called
  /// once all was read, if it is this command that was chosen.
  CLI::App* add(
      CLI::App& parent, const std::string& name, control::CommandId command,
      MakeArgs make_args = [] { return control::NoArgs{}; });
  /// Adds a command that is no command of the protocol: `run` does all of it.
  CLI::App* add_own(CLI::App& parent, const std::string& name, const std::string& doc,
                    std::function<Outcome(const Invocation&, std::size_t width)> run);
  bool chosen() const { return chosen_; }

  CLI::App& app;
  Invocation& invocation;

 private:
  bool chosen_ = false;
};

/// The meaning of an argument as the table of commands has it.
std::string arg_doc(control::CommandId command, std::string_view name);
/// ID..., into `texts`.
CLI::Option* add_ids(CLI::App* sub, control::CommandId command, std::vector<std::string>& texts);
/// Those that add_ids() took, each once.
std::vector<SessionId> session_ids(const std::vector<std::string>& texts);
/// FILTER, in one argument or in many, into `words`.
CLI::Option* add_filter(CLI::App* sub, control::CommandId command, std::vector<std::string>& words);
/// What add_filter() took, which is where offsets of errors point into.
std::optional<std::string> filter_text(const std::vector<std::string>& words,
                                       Invocation& invocation);
/// How long a ban lasts, in milliseconds: as parse_timeout(), up to ten years.
std::optional<std::uint64_t> parse_ban_time(std::string_view text);
/// In milliseconds: as parse_timeout(), up to `max`.
std::optional<std::uint64_t> parse_time(std::string_view text, std::uint64_t max);
/// An option that takes a time in the range that the table of commands has for `arg`, which counts
/// milliseconds.
CLI::Option* add_time(CLI::App* sub, const std::string& name, std::optional<std::uint64_t>& ms,
                      control::CommandId command, std::string_view arg);
/// An option that takes what parse_ban_time() reads.
CLI::Option* add_ban_time(CLI::App* sub, const std::string& name, std::string& text,
                          const std::string& doc);
/// Accepts whole numbers. CLI11 alone takes -1 for the largest there is.
const CLI::Validator& count_check();
/// Accepts what parse_timeout() reads.
const CLI::Validator& timeout_check();

void add_ban_commands(Grammar& grammar);
void add_daemon_commands(Grammar& grammar);
void add_session_commands(Grammar& grammar);
void add_source_commands(Grammar& grammar);
void add_drain_commands(Grammar& grammar);
void add_limit_commands(Grammar& grammar);
void add_log_commands(Grammar& grammar);
void add_event_commands(Grammar& grammar);
void add_session_watch(Grammar& grammar, CLI::App& session);

/// For Invocation::run of commands that answer with a stream.
Outcome follow_events(const Invocation& invocation, std::size_t width);
void add_config_commands(Grammar& grammar);
void add_health_commands(Grammar& grammar);
void add_debug_commands(Grammar& grammar);

}  // namespace jetstream::jsctl
