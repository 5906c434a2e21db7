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
void describe(LimitSuggestionRow& r, V&& visit) {
  visit("key", r.key, "The key of the configuration.");
  visit("of", r.of, "What each value that was seen is of: whose, and when.");
  visit("current", r.current, "What the key is; null if it is off.");
  visit("above_current", r.above_current,
        "Which part (0 to 1) of all that was seen is above that; null if nothing was seen.");
  visit("suggested", r.suggested, "What it could be; null if too little was seen.");
  visit("above_suggested", r.above_suggested, "Which part is above that.");
  visit("p50", r.p50, "Half of the values are at most this.");
  visit("p99", r.p99, "99 of 100 are.");
  visit("p99_9", r.p99_9, "999 of 1000 are.");
  visit("max", r.max, "All are.");
  visit("seen", r.seen, "How many values there were.");
  visit("held_back", r.held_back, "How often the limit held something back or refused it.");
  visit("remark", r.remark, "What to know of the suggestion; empty if nothing.");
}

template <class V>
void describe(LimitSuggestSummary& r, V&& visit) {
  visit("mode", r.mode, "enforce or observe.");
  visit("seen_ms", r.seen_ms, "How long was looked at; a day is remembered.");
  visit("seen_needed", r.seen_needed, "How many values a suggestion takes.");
}

template <class V>
void describe(LimitSummary& r, V&& visit) {
  visit("mode", r.mode, "enforce or observe.");
  visit("not_found", r.not_found, "The ids that no session has.");
}

}  // namespace jetstream::control
