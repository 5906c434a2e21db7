// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/event_messages.h"

namespace jetstream::control {

template <class V>
void describe(EventsArgs& a, V&& visit) {
  visit("types", a.types);
  visit("since", a.since);
  visit("no_follow", a.no_follow);
}

template <class V>
void describe(SessionWatchArgs& a, V&& visit) {
  visit("filter", a.filter);
}

template <class V>
void describe(EventsSummary& r, V&& visit) {
  visit("count", r.count, "Events in this answer.");
  visit("missing", r.missing, "At most so many that were asked for are forgotten.");
  visit("last_seq", r.last_seq, "Number of the newest event: the next `since`.");
}

template <class V>
void describe(StreamSummary& r, V&& visit) {
  visit("count", r.count,
        "Events that were told, those included that the caller was too slow for.");
}

template <class V>
void describe(EventRow& r, V&& visit) {
  visit("seq", r.seq, "Number of the event since the daemon started; null if it has none.");
  visit("at", r.at, "When it happened.");
  visit("type", r.type, "Name of the event in docs/LOG_EVENTS.md; or begin, or gap.");
  visit("level", r.level, "trace, debug, info, warning or error.");
  visit("message", r.message, "The same for people.");
  visit("fields", r.fields, "What docs/LOG_EVENTS.md lists for the event.");
}

}  // namespace jetstream::control
