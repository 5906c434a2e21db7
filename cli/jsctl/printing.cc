// SPDX-License-Identifier: MIT
#include "jsctl/printing.h"

#include <algorithm>

#include "base/assert.h"

namespace jetstream::jsctl {

const Printer& printer_of(control::CommandId command) {
  for (const auto family : {daemon_printers(), session_printers(), drain_printers(),
                            limit_printers(), source_printers(), ban_printers(), log_printers(),
                            event_printers(), config_printers(), health_printers()}) {
    const auto found = std::find_if(family.begin(), family.end(), [&](const Printer& printer) {
      return printer.command == command;
    });
    if (found != family.end()) return *found;
  }
  JS_ASSERT(false);
  return daemon_printers().front();
}

void report_missing(const std::vector<SessionId>& ids, Outcome& outcome) {
  if (ids.empty()) return;
  outcome.code = kPartlyDone;
  for (SessionId id : ids) {
    outcome.err += "jsctl: there is no session " + std::to_string(id.value()) + '\n';
  }
}

}  // namespace jetstream::jsctl
