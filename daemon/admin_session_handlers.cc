// SPDX-License-Identifier: MIT
#include "daemon/admin_session_handlers.h"

#include <algorithm>

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;

/// Why nothing was closed, if nothing was.
std::optional<Failure> close_failure(const std::vector<SessionId>& ids,
                                     const std::vector<control::CloseRow>& rows) {
  const auto has = [&](control::CloseOutcome outcome) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const control::CloseRow& row) { return row.outcome == outcome; });
  };
  if (has(control::CloseOutcome::kClosed)) return std::nullopt;
  if (!has(control::CloseOutcome::kAlreadyClosing)) return no_such_session(ids);
  return Failure{ErrorCode::kConflict, name_sessions(ids) + " is closing already", std::nullopt};
}

}  // namespace

/// A cursor is the last id of the page before. Only this function knows.
void session_list(SessionAdmin& sessions, AdminCall call) {
  const auto& args = std::get<control::SessionListArgs>(call.request.args);
  SessionQuery query;
  query.limit = static_cast<std::size_t>(args.limit);
  if (args.cursor) {
    query.after = control::parse_session_id(*args.cursor);
    if (!query.after) {
      return call.fail({ErrorCode::kInvalidArgument,
                        "argument \"cursor\" is none that was given out",
                        "leave it out to begin with the first session"});
    }
  }
  sessions.list_sessions(query, [call = std::move(call)](const SessionPage& page) {
    control::ListSummary summary{page.rows.size(), page.table_size, std::nullopt};
    if (page.more && !page.rows.empty()) {
      summary.cursor = std::to_string(page.rows.back().id.value());
    }
    call.reply(call.items(page.rows) + call.result(summary));
  });
}

void session_show(SessionAdmin& sessions, AdminCall call) {
  std::vector<SessionId> ids = std::get<control::SessionShowArgs>(call.request.args).ids;
  auto done = [call = std::move(call), ids](const std::vector<control::SessionDetail>& found) {
    if (found.empty()) return call.fail(no_such_session(ids));
    control::ShowSummary summary{found.size(), {}};
    for (SessionId id : ids) {
      const bool there = std::any_of(found.begin(), found.end(),
                                     [&](const auto& detail) { return detail.row.id == id; });
      if (!there) summary.not_found.push_back(id);
    }
    call.reply(call.items(found) + call.result(summary));
  };
  sessions.show_sessions(std::move(ids), std::move(done));
}

void session_close(SessionAdmin& sessions, AdminCall call) {
  const auto& args = std::get<control::SessionCloseArgs>(call.request.args);
  CloseOrder order{args.ids, args.reason, args.message};
  sessions.close_sessions(
      std::move(order), [call = std::move(call)](const std::vector<control::CloseRow>& rows) {
        const auto& ids = std::get<control::SessionCloseArgs>(call.request.args).ids;
        const auto closed = std::count_if(rows.begin(), rows.end(), [](const auto& row) {
          return row.outcome == control::CloseOutcome::kClosed;
        });
        const control::CloseSummary summary{ids.size(), static_cast<std::uint64_t>(closed)};
        const std::optional<Failure> failure = close_failure(ids, rows);
        call.record(join_ids(ids), failure ? std::optional(failure->code) : std::nullopt,
                    summary.closed);
        call.reply(call.items(rows) + (failure ? control::write_error(call.request.id, *failure)
                                               : call.result(summary)));
      });
}

void session_closed(SessionAdmin& sessions, AdminCall call) {
  const auto limit = std::get<control::SessionClosedArgs>(call.request.args).limit;
  sessions.closed_sessions(
      static_cast<std::size_t>(limit), [call = std::move(call)](const ClosedPage& page) {
        const control::ClosedSummary summary{page.rows.size(), page.remembered};
        call.reply(call.items(page.rows) + call.result(summary));
      });
}

}  // namespace jetstream::daemon
