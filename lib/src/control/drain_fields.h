// SPDX-License-Identifier: MIT
//
// See report_fields.h.
#pragma once

#include "jetstream/control/drain_messages.h"

namespace jetstream::control {

template <class V>
void describe(DrainStartArgs& a, V&& visit) {
  visit("deadline_ms", a.deadline_ms);
}

template <class V>
void describe(DrainReport& r, V&& visit) {
  visit("state", r.state, "running, draining, drained or stopping.");
  visit("sessions_at_start", r.sessions_at_start, "Sessions there were when the drain began.");
  visit("sessions_left", r.sessions_left, "Sessions there are now.");
  visit("elapsed_ms", r.elapsed_ms, "How long ago the drain began; 0 if there is none.");
  visit("deadline_ms", r.deadline_ms, "How long after its beginning the last session is closed.");
  visit("eta_ms", r.eta_ms, "How much longer it will take at this pace; null if there is none.");
}

}  // namespace jetstream::control
