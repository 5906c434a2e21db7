// SPDX-License-Identifier: MIT
#include "control/event_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_EVENT(EventRow)
JS_CONTROL_REPORT(EventsSummary)
JS_CONTROL_REPORT(StreamSummary)

}  // namespace jetstream::control
