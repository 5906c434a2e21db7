// SPDX-License-Identifier: MIT
#include "jsctl/grammar.h"
#include "jsctl/printing.h"
#include "jsctl/stream.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// Only `events --no-follow` gets here; streams print themselves.
constexpr Printer kEventPrinters[] = {
    {CommandId::kEvents, print_rows<control::EventRow>},
    {CommandId::kSessionWatch, print_rows<control::EventRow>},
};

void add_events(Grammar& grammar) {
  const auto args = std::make_shared<control::EventsArgs>();
  const auto since = std::make_shared<std::uint64_t>(0);
  const auto given = std::make_shared<CLI::Option*>(nullptr);
  CLI::App* sub = grammar.add(grammar.app, "events", CommandId::kEvents,
                              [args, since, given, &invocation = grammar.invocation] {
                                if ((*given)->count() > 0) args->since = *since;
                                if (!args->no_follow) invocation.run = follow_events;
                                return *args;
                              });
  sub->add_option("--type", args->types, arg_doc(CommandId::kEvents, "types"))->delimiter(',');
  *given = sub->add_option("--since", *since, arg_doc(CommandId::kEvents, "since"))
               ->type_name("SEQ")
               ->check(count_check());
  sub->add_flag("--no-follow", args->no_follow, arg_doc(CommandId::kEvents, "no_follow"));
}

}  // namespace

Outcome follow_events(const Invocation& invocation, std::size_t) { return run_stream(invocation); }

std::span<const Printer> event_printers() { return kEventPrinters; }

void add_event_commands(Grammar& grammar) { add_events(grammar); }

void add_session_watch(Grammar& grammar, CLI::App& session) {
  const auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* watch = grammar.add(
      session, "watch", CommandId::kSessionWatch, [words, &invocation = grammar.invocation] {
        invocation.run = follow_events;
        return control::SessionWatchArgs{filter_text(*words, invocation).value_or("")};
      });
  add_filter(watch, CommandId::kSessionWatch, *words);
}

}  // namespace jetstream::jsctl
