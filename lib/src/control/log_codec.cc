// SPDX-License-Identifier: MIT
#include "control/log_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_REPORT(LogLevelReport)

}  // namespace jetstream::control
