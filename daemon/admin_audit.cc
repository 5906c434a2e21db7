// SPDX-License-Identifier: MIT
#include "daemon/admin_audit.h"

#include "daemon/log.h"

namespace jetstream::daemon {

void log_audit(const AuditRecord& record) {
  const control::CommandSpec& spec = control::spec_of(record.command);
  if (record.error == control::ErrorCode::kPermissionDenied) {
    log_event(LogEvent::kAdminRefused, {{"uid", record.caller.uid},
                                        {"command", spec.name},
                                        {"needs", control::to_string(spec.access)},
                                        {"role", control::to_string(record.role)}});
    return;
  }
  log_event(LogEvent::kAdminCommand,
            {{"uid", record.caller.uid},
             {"command", spec.name},
             {"target", record.target},
             {"outcome", record.error ? control::to_string(*record.error) : "ok"},
             {"affected", record.affected}});
}

}  // namespace jetstream::daemon
