// SPDX-License-Identifier: MIT
#include "daemon/app/app_runtime.h"

#include "daemon/admin/admin_access.h"

namespace jetstream::daemon {

std::vector<control::RuntimeRow> AppRuntime::rows() const {
  std::vector<control::RuntimeRow> rows;
  for (const control::LogOverrideRow& level : log_.log_overrides()) {
    control::RuntimeRow& row = rows.emplace_back();
    row.what = level.module ? "log level of " + *level.module : "log level";
    if (!level.module) row.key = "log.level";
    row.value = level.level;
    row.command = "jsctl log level";
    row.uid = level.uid;
    row.user = find_user_name(static_cast<uid_t>(level.uid));
    row.until = level.until;
  }
  if (const std::size_t bans = access_.book().bans().size(); bans > 0) {
    control::RuntimeRow& row = rows.emplace_back();
    row.what = "bans";
    row.value = std::to_string(bans);
    row.command = "jsctl ban list";
  }
  if (const std::string_view state = state_.name(); state.starts_with("drain")) {
    control::RuntimeRow& row = rows.emplace_back();
    row.what = "drain";
    row.value = state;
    row.command = "jsctl drain status";
  }
  return rows;
}

}  // namespace jetstream::daemon
