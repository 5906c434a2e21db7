// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/log_messages.h"

namespace jetstream::control {

template <class V>
void describe(LogLevelArgs& a, V&& visit) {
  visit("level", a.level);
}

template <class V>
void describe(LogLevelReport& r, V&& visit) {
  visit("level", r.level, "The least severe events that are logged now.");
  visit("previous", r.previous, "What it was before this command.");
}

}  // namespace jetstream::control
