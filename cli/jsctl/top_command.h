// SPDX-License-Identifier: MIT
#pragma once

#include "jsctl/grammar.h"

namespace jetstream::jsctl {

void add_top_command(Grammar& grammar);

}  // namespace jetstream::jsctl
