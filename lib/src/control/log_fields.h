// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/log_messages.h"

namespace jetstream::control {

template <class V>
void describe(LogLevelArgs& a, V&& visit) {
  visit("level", a.level);
  visit("module", a.module);
  visit("for_ms", a.for_ms);
}

template <class V>
void describe(LogTailArgs& a, V&& visit) {
  visit("level", a.level);
  visit("module", a.module);
  visit("session", a.session);
  visit("for_ms", a.for_ms);
}

template <class V>
void describe(LogOverrideRow& r, V&& visit) {
  visit("module", r.module, "The module it is for; null for the whole log.");
  visit("level", r.level, "The level that holds.");
  visit("until", r.until, "When it ends; null for the end of the process.");
  visit("uid", r.uid, "User id of who asked for it.");
}

template <class V>
void describe(LogLevelReport& r, V&& visit) {
  visit("level", r.level,
        "The least severe events that are logged now, of the module if one is named.");
  visit("previous", r.previous, "What it was before this command.");
  visit("configured", r.configured, "What the configuration says.");
  visit("overrides", r.overrides, "What holds instead of it.");
}

}  // namespace jetstream::control
