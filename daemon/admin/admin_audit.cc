// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_audit.h"

#include <algorithm>

#include "daemon/log/log_record.h"

namespace jetstream::daemon {
namespace {

using control::Access;

/// A command may be open to a role and one of its arguments only to a higher one.
Access needed_role(const AuditRecord& record) {
  const Access least = control::spec_of(record.command).access;
  if (record.role < least || record.role == Access::kAdmin) return least;
  return static_cast<Access>(static_cast<std::uint8_t>(record.role) + 1);
}

std::string_view outcome_of(const AuditRecord& record) {
  if (record.repeated) return "repeated";
  return record.error ? control::to_string(*record.error) : "ok";
}

LogField pid_of(const AuditRecord& record) {
  const auto& pid = record.process.pid;
  return pid ? LogField("pid", *pid) : LogField("pid", "");
}

std::string_view socket_of(const AuditRecord& record) {
  return record.at_read_socket ? "read" : "admin";
}

}  // namespace

void AuditLog::operator()(const AuditRecord& record) {
  const control::CommandSpec& spec = control::spec_of(record.command);
  const std::uint64_t number = ++records_;
  const auto took = std::max<std::int64_t>(0, log_clock().value() - record.started.value());
  if (record.error == control::ErrorCode::kPermissionDenied) {
    log_event(LogEvent::kAdminRefused, {{"record", number},
                                        {"uid", record.caller.uid},
                                        {"gid", record.caller.gid},
                                        pid_of(record),
                                        {"comm", record.process.comm},
                                        {"loginuid", record.process.loginuid},
                                        {"socket", socket_of(record)},
                                        {"command", spec.name},
                                        {"args", record.args},
                                        {"because", record.because},
                                        {"needs", control::to_string(needed_role(record))},
                                        {"role", control::to_string(record.role)}});
    return;
  }
  log_event(LogEvent::kAdminCommand, {{"record", number},
                                      {"uid", record.caller.uid},
                                      {"gid", record.caller.gid},
                                      pid_of(record),
                                      {"comm", record.process.comm},
                                      {"loginuid", record.process.loginuid},
                                      {"socket", socket_of(record)},
                                      {"role", control::to_string(record.role)},
                                      {"command", spec.name},
                                      {"target", record.target},
                                      {"args", record.args},
                                      {"because", record.because},
                                      {"request_id", record.request_id},
                                      {"outcome", outcome_of(record)},
                                      {"affected", record.affected},
                                      {"digest_before", record.digest_before},
                                      {"digest_after", record.digest_after},
                                      {"duration_ms", static_cast<std::uint64_t>(took)}});
}

}  // namespace jetstream::daemon
