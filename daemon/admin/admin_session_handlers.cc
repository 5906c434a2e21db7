// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_session_handlers.h"

#include <algorithm>

#include "daemon/admin/row_query.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;

Failure no_such_cursor() {
  return {ErrorCode::kInvalidArgument, "argument \"cursor\" is none that was given out",
          "leave it out to begin with the first session"};
}

Result<SessionQuery, Failure> read_query(const control::SessionListArgs& args) {
  SessionQuery query;
  query.limit = static_cast<std::size_t>(args.limit);
  auto filter = read_filter<control::SessionRow>(args.filter);
  if (!filter) return unexpected(filter.error());
  query.filter = *std::move(filter);
  const auto order = read_order<control::SessionRow>(args.sort);
  if (!order) return unexpected(order.error());
  query.order = *order;
  if (const auto wrong = check_fields<control::SessionRow>(args.fields)) return unexpected(*wrong);
  if (!args.cursor) return query;
  if (args.sort) {
    return unexpected(Failure{ErrorCode::kInvalidArgument,
                              "arguments \"cursor\" and \"sort\" exclude each other",
                              "only a list in the order of ids has pages"});
  }
  query.after = control::parse_session_id(*args.cursor);
  if (query.after) return query;
  return unexpected(no_such_cursor());
}

}  // namespace

/// A cursor is the last id of the page before. Only this function knows.
void session_list(SessionAdmin& sessions, AdminCall call) {
  const auto& args = std::get<control::SessionListArgs>(call.request.args);
  auto query = read_query(args);
  if (!query) return call.fail(query.error());
  const bool in_order_of_ids = !query->order;
  sessions.list_sessions(
      *std::move(query), [call = std::move(call), in_order_of_ids](const SessionPage& page) {
        control::ListSummary summary{page.rows.size(), page.table_size, std::nullopt, page.matched};
        if (page.more && in_order_of_ids && !page.rows.empty()) {
          summary.cursor = std::to_string(page.rows.back().id.value());
        }
        const auto& fields = std::get<control::SessionListArgs>(call.request.args).fields;
        call.reply(call.items(page.rows, fields) + call.result(summary));
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

void session_closed(SessionAdmin& sessions, AdminCall call) {
  const auto& args = std::get<control::SessionClosedArgs>(call.request.args);
  auto filter = read_filter<control::ClosedRow>(args.filter);
  if (!filter) return call.fail(filter.error());
  ClosedQuery query{static_cast<std::size_t>(args.limit), *std::move(filter), std::nullopt};
  if (args.since_ms) {
    const auto ago = static_cast<std::int64_t>(*args.since_ms);
    query.since = control::UnixTime(sessions.clocks().wall.value() - ago);
  }
  if (args.cursor) {
    query.before = parse_closed_cursor(*args.cursor);
    if (!query.before) return call.fail(no_such_cursor());
  }
  sessions.closed_sessions(std::move(query), [call = std::move(call)](const ClosedPage& page) {
    control::ClosedSummary summary{page.rows.size(), page.remembered};
    if (page.last) summary.cursor = closed_cursor(*page.last);
    call.reply(call.items(page.rows) + call.result(summary));
  });
}

}  // namespace jetstream::daemon
