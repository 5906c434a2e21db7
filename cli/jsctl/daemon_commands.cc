// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

Outcome print_versions(const Printing& p) {
  const auto hello = p.exchange.read<control::HelloReport>(p.answer.data);
  if (!hello) return to_outcome(hello.error());
  Outcome outcome{kDone, "jsctl " JS_VERSION "\njetstreamd " + printable(hello->version) + '\n',
                  ""};
  if (hello->version != JS_VERSION) {
    outcome.err = to_text({kDone, "jsctl and jetstreamd have different versions",
                           "commands that only one of them knows are refused", ""});
  }
  return outcome;
}

Outcome print_stop(const Printing& p) {
  const bool now = std::get<control::StopArgs>(p.invocation.request.args).now;
  return {kDone,
          now ? "jetstreamd closes its sessions and exits at once\n"
              : "jetstreamd drains its sessions and exits\n",
          ""};
}

constexpr Printer kDaemonPrinters[] = {
    {CommandId::kStatus, print_report<control::StatusReport>},
    {CommandId::kStop, print_stop},
    {CommandId::kCommands, print_rows<control::CommandRow>},
    {CommandId::kHello, print_versions},
    {CommandId::kPing, print_versions},
};

}  // namespace

std::span<const Printer> daemon_printers() { return kDaemonPrinters; }

void add_daemon_commands(Grammar& grammar) {
  grammar.add(grammar.app, "status", CommandId::kStatus);
  const auto args = std::make_shared<control::StopArgs>();
  CLI::App* stop = grammar.add(grammar.app, "stop", CommandId::kStop, [args] { return *args; });
  stop->add_flag("--now", args->now, arg_doc(CommandId::kStop, "now"));
  stop->add_flag("--wait", grammar.invocation.wait, "Return when the daemon is gone");
  grammar.add(grammar.app, "version", CommandId::kHello)
      ->description("Show the versions of jsctl and of the daemon.");
  grammar.add(grammar.app, "commands", CommandId::kCommands);
}

}  // namespace jetstream::jsctl
