// SPDX-License-Identifier: MIT
#include "control/report_codec.h"
#include "control/source_fields.h"

namespace jetstream::control {

JS_CONTROL_ROW(SourceRow)
JS_CONTROL_REPORT(SourceListSummary)
JS_CONTROL_REPORT(SourceResetReport)
JS_CONTROL_REPORT(ExplainReport)

}  // namespace jetstream::control
