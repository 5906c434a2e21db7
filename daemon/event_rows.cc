// SPDX-License-Identifier: MIT
#include "daemon/event_rows.h"

#include "daemon/event_admin.h"

namespace jetstream::daemon {
namespace {

using control::FilterType;
constexpr control::FilterField kSessionEventFields[] = {
    {"type", FilterType::kText, "Name of the event, such as session.closed."},
    {"id", FilterType::kNumber, "The session id."},
    {"peer", FilterType::kAddress, "The peer's address."},
    {"reason", FilterType::kText, "Close reason, such as normal or timeout."},
    {"code", FilterType::kText, "The precise cause, such as idle_timeout."},
    {"by", FilterType::kText, "Which side closed: local or peer."},
};

}  // namespace

std::span<const control::FilterField> session_event_fields() { return kSessionEventFields; }

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
