// SPDX-License-Identifier: MIT
//
// session close, which has more ways than the other commands of its family.
#pragma once

#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {

void add_close_command(Grammar& grammar, CLI::App& session);
Outcome print_close(const Printing& p);
void remark_close(const Printing& p, Outcome& outcome);

}  // namespace jetstream::jsctl
