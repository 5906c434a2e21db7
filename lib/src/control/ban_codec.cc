// SPDX-License-Identifier: MIT
#include "control/ban_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_ROW(BanRow)
JS_CONTROL_REPORT(BanReport)
JS_CONTROL_REPORT(BanListSummary)
JS_CONTROL_REPORT(BanClearReport)
JS_CONTROL_REPORT(BanLoadReport)
JS_CONTROL_REPORT(BanLoadedReport)

}  // namespace jetstream::control
