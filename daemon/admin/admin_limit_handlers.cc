// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_limit_handlers.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

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

void limit_suggest(LimitAdmin& limits, AdminCall call) {
  limits.suggest([call = std::move(call)](const LimitSuggestionsPage& page) {
    call.reply(call.items(page.rows) + call.result(page.summary));
  });
}

}  // namespace

void handle_limits(LimitAdmin& limits, AdminCall call) {
  if (call.request.command == control::CommandId::kLimitSuggest) {
    return limit_suggest(limits, std::move(call));
  }
  limit_show(limits, std::move(call));
}

}  // namespace jetstream::daemon
