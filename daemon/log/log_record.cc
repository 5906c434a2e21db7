// SPDX-License-Identifier: MIT
#include "daemon/log/log_record.h"

#include <algorithm>
#include <chrono>

#include "base/assert.h"

namespace jetstream::daemon {

const LogRecord::Field* LogRecord::find(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

control::UnixTime log_clock() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return control::UnixTime(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

LogRecord make_record(LogEvent event, LogFields fields) {
  LogRecord record{event, log_clock(), {}};
  record.fields.reserve(fields.size());
  for (const LogField& field : fields) {
    const FieldSpec* known = find_field(spec_of(event), field.name);
    JS_ASSERT(known != nullptr);
    LogRecord::Field& kept = record.fields.emplace_back();
    kept.name = known->name;
    if (const auto* number = std::get_if<std::uint64_t>(&field.value)) {
      kept.value = *number;
    } else {
      kept.value = std::string(shown_part(std::get<std::string_view>(field.value), *known));
    }
  }
  return record;
}

EventClass class_of(const LogEventSpec& spec) {
  if (spec.name.starts_with("admin.")) return EventClass::kAudit;
  if (spec.level < LogLevel::kInfo) return EventClass::kDetail;
  const bool of_session = find_field(spec, "session_id") != nullptr;
  return of_session ? EventClass::kSession : EventClass::kDaemon;
}

LogEventSet events_of(EventClass event_class) {
  LogEventSet events;
  for (const LogEventSpec& spec : log_event_table()) {
    events[static_cast<std::size_t>(spec.event)] = class_of(spec) == event_class;
  }
  return events;
}

}  // namespace jetstream::daemon
