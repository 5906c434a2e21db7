// SPDX-License-Identifier: MIT
#include "control/drain_fields.h"
#include "control/report_codec.h"

namespace jetstream::control {

JS_CONTROL_REPORT(DrainReport)

}  // namespace jetstream::control
