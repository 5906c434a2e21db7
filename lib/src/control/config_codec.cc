// SPDX-License-Identifier: MIT
#include "control/config_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_ROW(ConfigProblemRow)
JS_CONTROL_ROW(ConfigValueRow)
JS_CONTROL_REPORT(ConfigCheckReport)
JS_CONTROL_ROW(ConfigKeyRow)
JS_CONTROL_REPORT(ConfigKeysSummary)
JS_CONTROL_REPORT(ConfigReloadReport)
JS_CONTROL_REPORT(ConfigShowReport)

}  // namespace jetstream::control
