// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/drain_messages.h"

namespace jetstream::control {

template <class V>
void describe(DrainStartArgs& a, V&& visit) {
  visit("deadline_ms", a.deadline_ms);
  visit("pace_ms", a.pace_ms);
  visit("retry_after_ms", a.retry_after_ms);
  visit("alternate", a.alternate);
  visit("sessions_left", a.sessions_left);
  visit("then", a.then);
  visit("hold_ms", a.hold_ms);
}

template <class V>
void describe(DrainReport& r, V&& visit) {
  visit("state", r.state, "running, draining, drained or stopping.");
  visit("sessions_at_start", r.sessions_at_start, "Sessions there were when the drain began.");
  visit("sessions_left", r.sessions_left, "Sessions there are now.");
  visit("elapsed_ms", r.elapsed_ms, "How long ago the drain began; 0 if there is none.");
  visit("deadline_ms", r.deadline_ms, "How long after its beginning the last session is closed.");
  visit("eta_ms", r.eta_ms, "How much longer it will take at this pace; null if there is none.");
  visit("then", r.then, "What follows: hold or exit; null if there is no drain.");
  visit("hold_left_ms", r.hold_left_ms,
        "After which sessions are taken again by themselves; null if only drain.cancel does that.");
}

}  // namespace jetstream::control
