// SPDX-License-Identifier: MIT
#include "control/report_codec.h"
#include "control/session_fields.h"

namespace jetstream::control {

JS_CONTROL_ROW(SessionRow)
JS_CONTROL_ROW(TopRow)
JS_CONTROL_REPORT(ListSummary)
JS_CONTROL_ROW(SessionDetail)
JS_CONTROL_REPORT(ShowSummary)
JS_CONTROL_ROW(CloseRow)
JS_CONTROL_REPORT(CloseSummary)
JS_CONTROL_ROW(ClosedRow)
JS_CONTROL_REPORT(ClosedSummary)

}  // namespace jetstream::control
