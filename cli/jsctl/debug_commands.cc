// SPDX-License-Identifier: MIT
#include "jsctl/debug_bundle.h"
#include "jsctl/grammar.h"
#include "jsctl/problem.h"

namespace jetstream::jsctl {

void add_debug_commands(Grammar& grammar) {
  CLI::App* debug = grammar.app.add_subcommand("debug", "Help others to find out what is wrong.");
  const auto options = std::make_shared<BundleOptions>();
  CLI::App* bundle = grammar.add_own(
      *debug, "bundle",
      "Gather version, status, health, configuration, sessions, limits, metrics and the last "
      "events "
      "in a new tar file that only you can read. Look through it before you send it.",
      [options](const Invocation& invocation, std::size_t) {
        if (invocation.json) {
          return to_outcome({kUsage, "debug bundle has no answer in JSON", "",
                             "without --json; the files in the bundle are JSON"});
        }
        return write_bundle(invocation, *options);
      });
  // Stands for the option of the same name that says how answers are printed.
  bundle->add_option("-o,--output", options->file, "The file to make; it must not exist")
      ->type_name("FILE")
      ->required();
  bundle->add_flag("--with-addresses", options->with_addresses,
                   "Leave IP addresses as they are instead of giving each another name");
}

}  // namespace jetstream::jsctl
