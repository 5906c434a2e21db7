// SPDX-License-Identifier: MIT
#include "control/limit_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_ROW(LimitRow)
JS_CONTROL_REPORT(LimitSummary)
JS_CONTROL_ROW(LimitSuggestionRow)
JS_CONTROL_REPORT(LimitSuggestSummary)

}  // namespace jetstream::control
