// SPDX-License-Identifier: MIT
#include "control/limit_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_ROW(LimitRow)
JS_CONTROL_REPORT(LimitSummary)

}  // namespace jetstream::control
