// SPDX-License-Identifier: MIT
#include "daemon/generated_files.h"

#include "daemon/config/config_docs.h"
#include "daemon/health/health_table.h"
#include "daemon/log/log_events.h"
#include "daemon/metrics/metrics_table.h"

namespace jetstream::daemon {

std::vector<GeneratedFile> generated_files() {
  return {{"config/jetstreamd.yaml", default_config_text()},
          {"docs/CONFIG.md", config_reference()},
          {"docs/HEALTH.md", health_reference()},
          {"docs/LOG_EVENTS.md", log_event_reference()},
          {"docs/METRICS.md", metric_reference()}};
}

}  // namespace jetstream::daemon
