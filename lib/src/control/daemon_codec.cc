// SPDX-License-Identifier: MIT
#include "control/daemon_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_REPORT(HelloReport)
JS_CONTROL_REPORT(PingReport)
JS_CONTROL_REPORT(StatusReport)
JS_CONTROL_REPORT(StopReport)
JS_CONTROL_ROW(CommandRow)
JS_CONTROL_REPORT(CommandsSummary)

}  // namespace jetstream::control
