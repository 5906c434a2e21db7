// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/limit_messages.h"

namespace jetstream::control {

template <class V>
void describe(LimitShowArgs& a, V&& visit) {
  visit("ids", a.ids);
}

template <class V>
void describe(LimitRow& r, V&& visit) {
  visit("session", r.session, "The session id; null for all sessions together.");
  visit("limit", r.limit, "Which limit: whose, of what, and in which direction.");
  visit("per_second", r.per_second, "What it lets pass in a second; null if it is off.");
  visit("tokens", r.tokens,
        "What could pass now; null if it is off, or if every session has its own.");
  visit("times", r.times, "How often something began to wait, or, observed only, would have.");
  visit("dropped", r.dropped, "Best-effort messages that were dropped.");
}

template <class V>
void describe(LimitSummary& r, V&& visit) {
  visit("mode", r.mode, "enforce or observe.");
  visit("not_found", r.not_found, "The ids that no session has.");
}

}  // namespace jetstream::control
