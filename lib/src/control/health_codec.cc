// SPDX-License-Identifier: MIT
#include "control/health_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_ROW(HealthRow)
JS_CONTROL_REPORT(HealthReport)
JS_CONTROL_REPORT(WaitReport)
JS_CONTROL_REPORT(MetricsReport)
JS_CONTROL_ROW(StatRow)
JS_CONTROL_REPORT(StatsSummary)

}  // namespace jetstream::control
