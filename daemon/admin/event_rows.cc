// SPDX-License-Identifier: MIT
#include "daemon/admin/event_rows.h"

#include <array>

#include "control/filter_choices.h"
#include "daemon/admin/event_admin.h"
#include "daemon/log/log_events.h"

namespace jetstream::daemon {
namespace {

using control::FilterType;

constexpr std::array kSessionEvents = {LogEvent::kHandshakeCompleted, LogEvent::kSessionMigrated,
                                       LogEvent::kSessionKeysUpdated, LogEvent::kSessionClosing,
                                       LogEvent::kSessionExpired,     LogEvent::kSessionClosed};

std::vector<std::string_view> session_event_names() {
  std::vector<std::string_view> names;
  for (const LogEvent event : kSessionEvents) names.push_back(spec_of(event).name);
  return names;
}

}  // namespace

std::span<const LogEvent> session_events() { return kSessionEvents; }

std::span<const control::FilterField> session_event_fields() {
  using control::choices_of;
  static const auto kNames = session_event_names();
  static const control::FilterField kFields[] = {
      {"type", FilterType::kText, "Name of the event, such as session.closed.", {}, kNames},
      {"id", FilterType::kNumber, "The session id."},
      {"peer", FilterType::kAddress, "The peer's address."},
      {"reason", FilterType::kText, "Close reason.", {}, choices_of("reason")},
      {"code", FilterType::kText, "The precise cause.", {}, choices_of("code")},
      {"by", FilterType::kText, "Which side closed: local or peer.", {}, choices_of("by")},
  };
  return kFields;
}

control::EventRow row_of(const LogRecord& record, std::optional<std::uint64_t> seq) {
  const LogEventSpec& spec = spec_of(record.event);
  control::EventRow row{seq,
                        record.at,
                        std::string(spec.name),
                        std::string(to_string(spec.level)),
                        std::string(spec.message),
                        {}};
  for (const LogRecord::Field& field : record.fields) {
    const FieldSpec* known = find_field(spec, field.name);
    const auto* number = std::get_if<std::uint64_t>(&field.value);
    // A number that is not known.
    if (number == nullptr && known != nullptr && known->kind == FieldKind::kNumber) continue;
    // Ids are strings in JSON, whose numbers lose digits.
    if (number != nullptr && known != nullptr && known->kind == FieldKind::kId) {
      row.fields.emplace_back(field.name, std::to_string(*number));
    } else {
      row.fields.emplace_back(field.name, field.value);
    }
  }
  return row;
}

control::EventRow begin_row(std::uint64_t last_seq) {
  control::EventRow row;
  row.seq = last_seq;
  row.at = log_clock();
  row.type = control::kStreamBegin;
  row.level = to_string(LogLevel::kInfo);
  row.message = "nothing is missed from here on";
  return row;
}

control::EventRow gap_row(std::uint64_t lost) {
  control::EventRow row;
  row.at = log_clock();
  row.type = control::kStreamGap;
  row.level = to_string(LogLevel::kWarning);
  row.message = "events are missing here";
  row.fields.emplace_back("lost", lost);
  return row;
}

}  // namespace jetstream::daemon
