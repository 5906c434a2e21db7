// SPDX-License-Identifier: MIT
#include "daemon/admin_limit_handlers.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {}  // namespace

void limit_show(LimitAdmin& limits, AdminCall call) {
  std::vector<SessionId> ids = std::get<control::LimitShowArgs>(call.request.args).ids;
  limits.limits(ids, [call = std::move(call), ids](const LimitsPage& page) {
    control::LimitSummary summary{page.mode, {}};
    for (const SessionId id : ids) {
      const bool there = std::any_of(page.rows.begin(), page.rows.end(),
                                     [id](const auto& row) { return row.session == id; });
      if (!there) summary.not_found.push_back(id);
    }
    if (!ids.empty() && page.rows.empty()) return call.fail(no_such_session(ids));
    call.reply(call.items(page.rows) + call.result(summary));
  });
}

}  // namespace jetstream::daemon
