// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_event_handlers.h"

#include "control/suggest.h"
#include "daemon/admin/admin_follow.h"
#include "daemon/admin/event_rows.h"
#include "daemon/log/log_record.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;
using control::Failure;

LogEventSet remembered_events() {
  LogEventSet events;
  for (const LogEventSpec& spec : log_event_table()) {
    events[static_cast<std::size_t>(spec.event)] = class_of(spec) != EventClass::kDetail;
  }
  return events;
}

Result<LogEventSet, Failure> events_of_types(const std::vector<std::string>& types) {
  const LogEventSet remembered = remembered_events();
  if (types.empty()) return remembered;
  LogEventSet wanted;
  std::vector<std::string_view> known;
  for (const LogEventSpec& spec : log_event_table()) {
    if (!remembered[static_cast<std::size_t>(spec.event)]) continue;
    known.push_back(spec.name);
    known.push_back(module_of(spec));
  }
  for (const std::string& type : types) {
    bool found = false;
    for (const LogEventSpec& spec : log_event_table()) {
      const auto index = static_cast<std::size_t>(spec.event);
      if (!remembered[index] || (spec.name != type && module_of(spec) != type)) continue;
      wanted.set(index);
      found = true;
    }
    if (found) continue;
    return unexpected(Failure{ErrorCode::kInvalidArgument,
                              "no event that is remembered has a type named in \"types\"",
                              control::did_you_mean(type, known)
                                  .value_or("docs/LOG_EVENTS.md lists those of level info and "
                                            "above")});
  }
  return wanted;
}

void answer_replay(const AdminCall& call, const EventReplay& replay) {
  call.reply(call.items(replay.rows) + call.result(control::EventsSummary{
                                           replay.rows.size(), replay.missing, replay.last_seq}));
}

}  // namespace

void events(EventAdmin& events, AdminCall call) {
  const auto args = std::get<control::EventsArgs>(call.request.args);
  const auto wanted = events_of_types(args.types);
  if (!wanted) return call.fail(wanted.error());
  EventReplay replay = events.replay(args.since.value_or(0), *wanted);
  if (args.since && *args.since > replay.last_seq) {
    return call.fail({ErrorCode::kPreconditionFailed,
                      "the newest event is number " + std::to_string(replay.last_seq),
                      "jetstreamd was started again since; leave \"since\" out"});
  }
  // Nobody who did not say where they stopped has missed anything.
  if (!args.since) replay.missing = 0;
  if (args.no_follow) return answer_replay(call, replay);
  FollowOptions options;
  options.last_seq = replay.last_seq;
  if (replay.missing > 0) options.first = call.event(gap_row(replay.missing));
  for (const control::EventRow& row : replay.rows) options.first += call.event(row);
  follow(events, std::move(call), {*wanted, std::nullopt, {}}, std::move(options));
}

void session_watch(EventAdmin& events, AdminCall call) {
  const auto& text = std::get<control::SessionWatchArgs>(call.request.args).filter;
  auto filter = control::Filter::parse(text, session_event_fields());
  if (!filter) {
    return call.fail({ErrorCode::kInvalidFilter, filter.error().message, filter.error().hint,
                      filter.error().offset});
  }
  EventQuery query;
  for (const LogEvent event : session_events()) query.events.set(static_cast<std::size_t>(event));
  query.filter = *std::move(filter);
  follow(events, std::move(call), std::move(query), {});
}

}  // namespace jetstream::daemon
