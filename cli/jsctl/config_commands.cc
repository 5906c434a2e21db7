// SPDX-License-Identifier: MIT
#include "daemon/config/config_json_schema.h"
#include "jsctl/config_against.h"
#include "jsctl/config_check.h"
#include "jsctl/config_explain.h"
#include "jsctl/facts.h"
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// Asks for what reads the configuration: if that has errors, they are told before the refusal.
Outcome ask_about_config(const Invocation& invocation, std::size_t width) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return to_outcome(exchange.error());
  const auto answer = exchange->ask(invocation.request);
  if (!answer) return to_outcome(answer.error());
  if (answer->failure) {
    const auto problems = exchange->read_all<control::ConfigProblemRow>(answer->items);
    if (!problems) return to_outcome(problems.error());
    Outcome outcome = to_outcome(problem_of(*answer->failure));
    outcome.err = render(*problems) + outcome.err;
    if (invocation.json && !answer->items.empty()) {
      outcome.out = control::write_document(control::schema_of(invocation.request.command),
                                            &answer->items, "null");
    }
    return outcome;
  }
  const Printing printing{invocation, {width, invocation.header}, *exchange, *answer};
  const Printer& printer = printer_of(invocation.request.command);
  Outcome outcome =
      invocation.json
          ? Outcome{kDone, control::write_document(answer->schema, nullptr, answer->data), ""}
          : printer.print(printing);
  if (outcome.code == kDone && printer.remark != nullptr) printer.remark(printing, outcome);
  return outcome;
}

/// What has to be done still, or may not be what was meant.
void remark_reload(const Printing& p, Outcome& outcome) {
  const auto report = read_summary<control::ConfigReloadReport>(p, outcome);
  if (!report) return;
  for (const std::string& warning : report->warnings) {
    outcome.err += "jsctl: warning: " + printable(warning) + '\n';
  }
  if (report->confirm_left_ms && !report->dry_run) {
    outcome.err += "jsctl config confirm within " + human_ms(*report->confirm_left_ms) +
                   ", or all of this is taken back\n";
  }
}

Outcome print_confirmed(const Printing&) {
  return {kDone, "the configuration stays as it is\n", ""};
}

Outcome print_shown(const Printing& p) {
  const auto report = p.exchange.read<control::ConfigShowReport>(p.answer.data);
  if (!report) return to_outcome(report.error());
  return {kDone, printable_lines(report->text), ""};
}

constexpr Printer kConfigPrinters[] = {
    {CommandId::kConfigShow, print_shown},
    {CommandId::kConfigDiff, print_report<control::ConfigReloadReport>, remark_reload},
    {CommandId::kConfigReload, print_report<control::ConfigReloadReport>, remark_reload},
    {CommandId::kConfigRollback, print_report<control::ConfigReloadReport>, remark_reload},
    {CommandId::kConfigConfirm, print_confirmed},
};

/// As add(), but errors of the configuration are shown as such.
CLI::App* add_reading(Grammar& grammar, CLI::App& parent, const std::string& name,
                      CommandId command, Grammar::MakeArgs make_args) {
  Invocation& invocation = grammar.invocation;
  return grammar.add(parent, name, command, [&invocation, make_args = std::move(make_args)] {
    invocation.run = ask_about_config;
    return make_args();
  });
}

/// With or without what tells how it was made.
bool is_digest(std::string_view text) {
  constexpr std::string_view kMark = "sha256:";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

struct ReloadOptions {
  control::ConfigReloadArgs args;
  std::string digest;
};

void add_reload(Grammar& grammar, CLI::App& config) {
  const auto options = std::make_shared<ReloadOptions>();
  CLI::App* reload = add_reading(grammar, config, "reload", CommandId::kConfigReload, [options] {
    // As sha256sum(1) prints it.
    if (!options->digest.empty()) {
      const bool bare = !options->digest.starts_with("sha256:");
      options->args.expect_digest = (bare ? "sha256:" : "") + options->digest;
    }
    return options->args;
  });
  const auto doc = [](std::string_view name) { return arg_doc(CommandId::kConfigReload, name); };
  reload->add_flag("--dry-run", options->args.dry_run, doc("dry_run"));
  reload->add_option("--expect-digest", options->digest, doc("expect_digest"))
      ->type_name("DIGEST")
      ->check(CLI::Validator(
          [](const std::string& given) {
            return is_digest(given) ? "" : "write the 64 hex digits that sha256sum prints";
          },
          ""));
  reload->add_flag("--strict", options->args.strict, doc("strict"));
  add_time(reload, "--confirm-within", options->args.confirm_within_ms, CommandId::kConfigReload,
           "confirm_within_ms");
}

struct ShowOptions {
  control::ConfigShowArgs args;
  std::string key;
  bool effective = false;
};

void add_show(Grammar& grammar, CLI::App& config) {
  const auto options = std::make_shared<ShowOptions>();
  CLI::App* show = grammar.add(config, "show", CommandId::kConfigShow, [options] {
    if (!options->key.empty()) options->args.key = options->key;
    return options->args;
  });
  const auto doc = [](std::string_view name) { return arg_doc(CommandId::kConfigShow, name); };
  show->add_option("KEY", options->key, doc("key"));
  CLI::Option* effective =
      show->add_flag("--effective", options->effective, "All values; this is the default");
  CLI::Option* explicit_only =
      show->add_flag("--explicit", options->args.explicit_only, doc("explicit"))
          ->excludes(effective);
  show->add_flag("--changed", options->args.changed_only, doc("changed"))
      ->excludes(effective)
      ->excludes(explicit_only);
  show->add_flag("--origin", options->args.origin, doc("origin"));
}

/// Those that need no daemon.
void add_local_commands(Grammar& grammar, CLI::App& config) {
  const auto file = std::make_shared<std::string>();
  const auto format = std::make_shared<std::string>("text");
  CLI::App* check = grammar.add_own(
      config, "check", "Tell every mistake in a configuration file. No daemon needs to run.",
      [file, format](const Invocation& invocation, std::size_t) {
        const bool json = invocation.json || *format == "json";
        return check_config(*file, json                  ? CheckFormat::kJson
                                   : *format == "github" ? CheckFormat::kGithub
                                                         : CheckFormat::kText);
      });
  check->add_option("FILE", *file, "The configuration file")->type_name("FILE")->required();
  check
      ->add_option("--format", *format,
                   "text, with the lines; json, one document; github, annotations for a pipeline")
      ->check(CLI::IsMember({"text", "json", "github"}))
      ->capture_default_str();

  const auto key = std::make_shared<std::string>();
  grammar
      .add_own(config, "explain",
               "Say what a key means, its range and default, and whom a change reaches. No daemon "
               "needs to run.",
               [key](const Invocation& invocation, std::size_t width) {
                 return explain_config(*key, invocation, width);
               })
      ->add_option("KEY", *key, "A key or section; left out: all keys");
  grammar.add_own(config, "schema",
                  "Print a JSON Schema of the configuration file, for editors and pipelines.",
                  [](const Invocation&, std::size_t) {
                    return Outcome{kDone, daemon::config_json_schema(), ""};
                  });
}

/// Without FILE the daemon reads its own.
void add_diff(Grammar& grammar, CLI::App& config) {
  const auto file = std::make_shared<std::string>();
  CLI::App* diff =
      grammar.add(config, "diff", CommandId::kConfigDiff, [file, &invocation = grammar.invocation] {
        invocation.run = ask_about_config;
        if (!file->empty()) {
          invocation.run = [file](const Invocation& asked, std::size_t) {
            return diff_with(*file, asked);
          };
        }
        return control::NoArgs{};
      });
  diff->add_option("FILE", *file, "Compare with this file instead of the daemon's own")
      ->type_name("FILE");
}

}  // namespace

std::span<const Printer> config_printers() { return kConfigPrinters; }

void add_config_commands(Grammar& grammar) {
  CLI::App* config =
      grammar.app.add_subcommand("config", "Check, show and reload the configuration.");
  const auto no_args = [] { return control::NoArgs{}; };
  add_local_commands(grammar, *config);
  add_show(grammar, *config);
  add_diff(grammar, *config);
  add_reload(grammar, *config);
  grammar.add(*config, "confirm", CommandId::kConfigConfirm);
  add_reading(grammar, *config, "rollback", CommandId::kConfigRollback, no_args);
}

}  // namespace jetstream::jsctl
